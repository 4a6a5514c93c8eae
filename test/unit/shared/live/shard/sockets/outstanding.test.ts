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
    acknowledge(outstanding, 1_000_000);
    expect(countOutstanding(outstanding)).toBe(0);
    expect(send(outstanding, maxOutstanding)).toBe(true);
    acknowledge(outstanding, 5);
    expect(countOutstanding(outstanding)).toBe(maxOutstanding);
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
});

describe("who never acknowledged before the object slept", () => {
  it("goes on where they were", () => {
    const outstanding = outstandingAfterWaking(950);
    expect(send(outstanding, 50)).toBe(true);
    expect(noteSent(outstanding, 1)).toBe(false);
  });
});
