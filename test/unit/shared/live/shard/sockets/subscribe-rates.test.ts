import { describe, expect, it } from "vitest";
import { createSubscribeRates } from "../../../../../../shared/live/shard/sockets/subscribe-rates.ts";

function ratesAt(start: number) {
  const clock = { now: start };
  const rates = createSubscribeRates(() => clock.now);
  const taken = (userId: string, count: number): number => Array.from({ length: count }, () => rates.take(userId)).filter(Boolean).length;
  return { clock, taken };
}

describe("what somebody subscribes to", () => {
  it("is looked up 200 times at once, which four tabs need that follow all they may, and 5 times a second after that", () => {
    const { clock, taken } = ratesAt(0);
    expect(taken("usr_a", 300)).toBe(200);
    for (let second = 1; second <= 10; second++) {
      clock.now = second * 1_000;
      expect(taken("usr_a", 10)).toBe(5);
    }
    clock.now += 60_000;
    expect(taken("usr_a", 300)).toBe(200);
  });

  it("is nothing to others, and is not forgotten because they subscribe too", () => {
    const { clock, taken } = ratesAt(0);
    taken("usr_a", 300);
    clock.now = 1_000;
    expect(taken("usr_b", 300)).toBe(200);
    clock.now = 39_000;
    expect([taken("usr_b", 300), taken("usr_a", 300)]).toEqual([190, 195]);
  });

  it("is not looked up more often because the clock was set back", () => {
    const { clock, taken } = ratesAt(100_000);
    taken("usr_a", 200);
    clock.now = 0;
    expect(taken("usr_a", 1)).toBe(0);
    clock.now = 1_000;
    expect(taken("usr_a", 10)).toBe(5);
  });
});
