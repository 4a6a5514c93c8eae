import { describe, expect, it } from "vitest";
import {
  type Admission,
  burst,
  countMessage,
  maxMalformed,
  maxRefused,
  newMessageRate,
  noteReadable,
  noteSubscription,
  patience,
} from "../../../../../../shared/live/shard/sockets/message-rate.ts";

const many = (count: number, each: () => Admission) => Array.from({ length: count }, each);

describe("messages of one socket", () => {
  it("are taken up to a burst of 30, then dropped with one word about it, and the 101st more is one too many", () => {
    const rate = newMessageRate(0);
    expect(many(burst, () => countMessage(rate, 0))).toEqual(many(30, () => "take"));
    expect(countMessage(rate, 0)).toBe("warn");
    expect(many(patience - 1, () => countMessage(rate, 0))).toEqual(many(99, () => "drop"));
    expect(countMessage(rate, 0)).toBe("flooding");
  });

  it.each([
    { perSecond: 10, seconds: 120, last: "take" },
    { perSecond: 11, seconds: 20, last: "take" },
    { perSecond: 20, seconds: 20, last: "flooding" },
  ])("at $perSecond a second come to $last", ({ perSecond, seconds, last }) => {
    const rate = newMessageRate(0);
    let admission: Admission = "take";
    for (let i = 0; i < perSecond * seconds && admission !== "flooding"; i++) admission = countMessage(rate, Math.round((i * 1_000) / perSecond));
    expect(admission).toBe(last);
  });

  it("that were dropped are forgiven after three quiet seconds, and not before", () => {
    const rate = newMessageRate(0);
    const over = (at: number) => many(burst + 60, () => countMessage(rate, at)).at(-1);
    expect(over(0)).toBe("drop");
    expect(over(2_900)).toBe("flooding");
    const other = newMessageRate(0);
    for (const at of [0, 3_000, 6_000, 9_000])
      expect(many(burst + 60, () => countMessage(other, at)).filter((one) => one === "warn" || one === "flooding")).toEqual(["warn"]);
  });

  it("come back no sooner because the clock was set back", () => {
    const rate = newMessageRate(10_000);
    many(burst, () => countMessage(rate, 10_000));
    expect(countMessage(rate, 0)).toBe("warn");
    expect(countMessage(rate, 100)).toBe("take");
  });
});

describe("messages that cannot be read", () => {
  it("are too many when they are ten in a row", () => {
    const rate = newMessageRate(0);
    for (let i = 1; i < maxMalformed; i++) expect(noteReadable(rate, false)).toBe(true);
    expect(noteReadable(rate, true)).toBe(true);
    for (let i = 1; i < 10; i++) expect(noteReadable(rate, false)).toBe(true);
    expect(noteReadable(rate, false)).toBe(false);
  });
});

describe("subscriptions that are refused", () => {
  it("are too many when they are a hundred in a row", () => {
    const rate = newMessageRate(0);
    const refused = () => Array.from({ length: maxRefused - 1 }, () => noteSubscription(rate, true)).every(Boolean);
    expect(refused()).toBe(true);
    expect(noteSubscription(rate, false)).toBe(true);
    expect(refused()).toBe(true);
    expect(noteSubscription(rate, true)).toBe(false);
  });
});
