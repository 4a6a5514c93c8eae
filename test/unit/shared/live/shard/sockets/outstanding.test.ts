import { describe, expect, it } from "vitest";
import {
  acknowledge,
  countOutstanding,
  maxOutstanding,
  maxOutstandingLength,
  newOutstanding,
  noteSent,
  type Outstanding,
  outstandingAfterWaking,
} from "../../../../../../shared/live/shard/sockets/outstanding.ts";

const send = (outstanding: Outstanding, count: number, length = 100): boolean =>
  Array.from({ length: count }, () => noteSent(outstanding, length)).every(Boolean);

describe("who does not acknowledge", () => {
  it("may have a thousand messages open, and no more", () => {
    const outstanding = newOutstanding();
    expect(send(outstanding, maxOutstanding)).toBe(true);
    expect(noteSent(outstanding, 1)).toBe(false);
  });

  it("may have a megabyte open, and no more", () => {
    const outstanding = newOutstanding();
    expect(noteSent(outstanding, maxOutstandingLength)).toBe(true);
    expect(noteSent(outstanding, 1)).toBe(false);
  });

  it("gets no further by naming numbers that cannot be", () => {
    const outstanding = newOutstanding();
    send(outstanding, 10);
    for (const received of [11, 1_000_000]) expect(acknowledge(outstanding, received)).toBe(false);
    expect(countOutstanding(outstanding)).toBe(10);
    expect(acknowledge(outstanding, 10)).toBe(true);
    expect(send(outstanding, maxOutstanding)).toBe(true);
    expect(acknowledge(outstanding, 5)).toBe(true);
    expect(countOutstanding(outstanding)).toBe(maxOutstanding);
  });

  it("gets no more than a megabyte by saying the same again", () => {
    const outstanding = newOutstanding();
    send(outstanding, 2, maxOutstandingLength / 2);
    expect(acknowledge(outstanding, 0)).toBe(true);
    expect(noteSent(outstanding, 1)).toBe(false);
  });
});

describe("who acknowledges every fifty", () => {
  it("may be sent as much as there is", () => {
    const outstanding = newOutstanding();
    for (let received = 50; received < 50_000; received += 50) {
      expect(send(outstanding, 50, 5_000)).toBe(true);
      acknowledge(outstanding, received);
    }
    expect(countOutstanding(outstanding)).toBe(0);
  });

  it("is not thought behind for what was not counted while the object slept", () => {
    const outstanding = outstandingAfterWaking(0);
    send(outstanding, 10);
    acknowledge(outstanding, 5_000);
    expect(countOutstanding(outstanding)).toBe(0);
    send(outstanding, 60);
    acknowledge(outstanding, 5_050);
    expect(countOutstanding(outstanding)).toBe(10);
  });

  it("may have had some of it on its way when they first said how much came, and cannot name any number after that", () => {
    const outstanding = outstandingAfterWaking(0);
    send(outstanding, 10);
    expect(acknowledge(outstanding, 5_000)).toBe(true);
    send(outstanding, 60);
    expect(acknowledge(outstanding, 5_070)).toBe(true);
    expect(countOutstanding(outstanding)).toBe(0);
    expect(acknowledge(outstanding, 1_000_000)).toBe(false);
  });
});

describe("who never acknowledged before the object slept", () => {
  it("goes on where they were", () => {
    const outstanding = outstandingAfterWaking(950);
    expect(send(outstanding, 50)).toBe(true);
    expect(noteSent(outstanding, 1)).toBe(false);
  });
});
