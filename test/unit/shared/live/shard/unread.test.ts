import { describe, expect, it } from "vitest";
import {
  acknowledge,
  maxUnread,
  maxUnreadLength,
  newUnread,
  noteSent,
  outstandingOf,
  type Unread,
  unreadAfterWaking,
} from "../../../../../shared/live/shard/unread.ts";

const send = (unread: Unread, count: number, length = 100): boolean => Array.from({ length: count }, () => noteSent(unread, length)).every(Boolean);

describe("who does not acknowledge", () => {
  it("may have a thousand messages open, and no more", () => {
    const unread = newUnread();
    expect(send(unread, maxUnread)).toBe(true);
    expect(noteSent(unread, 1)).toBe(false);
  });

  it("may have a megabyte open, and no more", () => {
    const unread = newUnread();
    expect(noteSent(unread, maxUnreadLength)).toBe(true);
    expect(noteSent(unread, 1)).toBe(false);
  });

  it("gets no further by naming numbers that cannot be", () => {
    const unread = newUnread();
    send(unread, 10);
    acknowledge(unread, 1_000_000);
    expect(outstandingOf(unread)).toBe(0);
    expect(send(unread, maxUnread)).toBe(true);
    acknowledge(unread, 5);
    expect(outstandingOf(unread)).toBe(maxUnread);
  });
});

describe("who acknowledges every fifty", () => {
  it("may be sent as much as there is", () => {
    const unread = newUnread();
    for (let received = 50; received < 50_000; received += 50) {
      expect(send(unread, 50, 5_000)).toBe(true);
      acknowledge(unread, received);
    }
    expect(outstandingOf(unread)).toBe(0);
  });

  it("is not thought behind for what was not counted while the object slept", () => {
    const unread = unreadAfterWaking(0);
    send(unread, 10);
    acknowledge(unread, 5_000);
    expect(outstandingOf(unread)).toBe(0);
    send(unread, 60);
    acknowledge(unread, 5_050);
    expect(outstandingOf(unread)).toBe(10);
  });
});

describe("who never acknowledged before the object slept", () => {
  it("goes on where they were", () => {
    const unread = unreadAfterWaking(950);
    expect(send(unread, 50)).toBe(true);
    expect(noteSent(unread, 1)).toBe(false);
  });
});
