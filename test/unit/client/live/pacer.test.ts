import fc from "fast-check";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createPacer } from "../../../../client/live/pacer.ts";
import { messagesAtOnce, messagesPerSecond } from "../../../../shared/live/index.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether a server would have dropped none. */
function passes(sentAt: readonly number[]): boolean {
  let [tokens, last] = [messagesAtOnce, 0];
  return sentAt.every((at) => {
    tokens = Math.min(messagesAtOnce, tokens + ((at - last) / 1_000) * messagesPerSecond) - 1;
    last = at;
    return tokens >= 0;
  });
}

it("sends everything, in order, and never faster than a server takes it", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ pauseMs: fc.nat(4_000), count: fc.nat(70) }), { maxLength: 12 }), (bursts) => {
      vi.setSystemTime(0);
      const sent: string[] = [];
      const sentAt: number[] = [];
      const pacer = createPacer((text) => {
        sent.push(text);
        sentAt.push(Date.now());
      });
      let given = 0;
      for (const { pauseMs, count } of bursts) {
        vi.advanceTimersByTime(pauseMs);
        for (let i = 0; i < count; i += 1) pacer.add(String(given++));
      }
      vi.runAllTimers();
      expect(sent).toEqual(Array.from({ length: given }, (_, i) => String(i)));
      expect(passes(sentAt)).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

it("sends a few at once", () => {
  const sent: string[] = [];
  const pacer = createPacer((text) => void sent.push(text));
  for (let i = 0; i < 20; i += 1) pacer.add("x");
  expect(sent).toHaveLength(20);
});

it("forgets what waits when it is stopped, and leaves no timer behind", () => {
  const sent: string[] = [];
  const pacer = createPacer((text) => void sent.push(text));
  for (let i = 0; i < 40; i += 1) pacer.add("x");
  pacer.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(sent).toHaveLength(20);
});
