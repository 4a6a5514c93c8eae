import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createProgressPublisher } from "../../../../../shared/live/following/progress-publisher.ts";
import { virtualTime } from "../../../../helpers/unit/virtual-time.ts";

const act = fc.oneof(
  { weight: 6, arbitrary: fc.constant("change" as const) },
  { weight: 1, arbitrary: fc.constant("join" as const) },
  { weight: 1, arbitrary: fc.constant("leave" as const) },
  { weight: 1, arbitrary: fc.constant("break" as const) },
  { weight: 1, arbitrary: fc.constant("mend" as const) },
);
const pace = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 120 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 7_000 }) });
const steps = fc.array(fc.record({ afterMs: pace, act }), { maxLength: 80 });
/** How long an answer takes. */
const latency = fc.integer({ min: 0, max: 400 });

function open(latencyMs = 0) {
  const time = virtualTime();
  const world = { followers: 0, isBroken: false, changes: 0 };
  const tries: { readonly at: number; readonly state: number; readonly followers: number }[] = [];
  const told: number[] = [];
  const failures: number[] = [];
  const publisher = createProgressPublisher({
    async publish() {
      tries.push({ at: time.now(), state: world.changes, followers: world.followers });
      const { changes, followers, isBroken } = world;
      if (latencyMs > 0) await time.wait(latencyMs);
      if (isBroken) throw new Error("the shard is gone");
      told.push(changes);
      return followers;
    },
    now: time.now,
    wait: time.wait,
    failed: () => failures.push(time.now()),
  });
  const acts = {
    change: () => {
      world.changes += 1;
      void publisher.changed().catch(() => failures.push(-1));
    },
    join: () => {
      world.followers += 1;
      publisher.watched();
    },
    leave: () => {
      world.followers = 0;
    },
    break: () => {
      world.isBroken = true;
    },
    mend: () => {
      world.isBroken = false;
    },
  };
  return { time, world, tries, told, failures, publisher, acts };
}

/** The most in any half-open window that begins with one of them. */
const mostIn = (times: readonly number[], windowMs: number): number =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));

describe("whatever happens,", () => {
  const play = async (given: readonly { afterMs: number; act: "change" | "join" | "leave" | "break" | "mend" }[], latencyMs: number) => {
    const bench = open(latencyMs);
    for (const { afterMs, act } of given) {
      await bench.time.pass(afterMs);
      bench.acts[act]();
    }
    return bench;
  };

  it("it tells at most four times in any second, and logs at most one failure a minute", async () => {
    await fc.assert(
      fc.asyncProperty(steps, latency, async (given, latencyMs) => {
        const { time, tries, failures } = await play(given, latencyMs);
        await time.pass(20_000);
        expect(
          mostIn(
            tries.map(({ at }) => at),
            1_000,
          ),
        ).toBeLessThanOrEqual(4);
        expect(mostIn(failures, 60_000)).toBeLessThanOrEqual(1);
        expect(failures).not.toContain(-1);
        expect(time.waiting()).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("states are told in their order, the last one at the end, and nothing after it", async () => {
    await fc.assert(
      fc.asyncProperty(steps, latency, async (given, latencyMs) => {
        const { time, world, tries, told, publisher, acts } = await play(given, latencyMs);
        acts.mend();
        const ended = publisher.ended();
        await time.pass(2_000);
        await ended;
        expect(told).toEqual(told.toSorted((a, b) => a - b));
        expect(told.at(-1)).toBe(world.changes);
        const { length } = tries;
        acts.change();
        acts.join();
        acts.change();
        await publisher.ended();
        await time.pass(20_000);
        expect(tries.length).toBe(length);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a publisher of progress", () => {
  it("asks only every five seconds while nobody follows", async () => {
    const { time, tries, acts } = open();
    for (let i = 0; i < 600; i++) {
      acts.change();
      await time.pass(50);
    }
    expect(tries.length).toBe(6);
  });

  it("tells the next change at once to who has come meanwhile", async () => {
    const { time, tries, acts } = open();
    acts.change();
    await time.pass(1_000);
    acts.change();
    expect(tries.length).toBe(1);
    acts.join();
    acts.change();
    expect(tries.map(({ followers }) => followers)).toEqual([0, 1]);
  });

  it("does not forget who came while an answer was on its way that did not know of them", async () => {
    const { time, tries, acts } = open(200);
    acts.change();
    acts.join();
    await time.pass(300);
    acts.change();
    expect(tries.length).toBe(2);
  });

  it("tells four times a second while somebody follows, and the last state a quarter of a second later at most", async () => {
    const { time, world, tries, told, acts } = open();
    acts.join();
    for (let i = 0; i < 200; i++) {
      acts.change();
      await time.pass(10);
    }
    await time.pass(250);
    expect(tries.length).toBe(9);
    expect(told.at(-1)).toBe(world.changes);
  });

  it("tells the end although nobody followed when it asked last", async () => {
    const { time, world, told, publisher, acts } = open();
    acts.change();
    await time.pass(100);
    world.changes += 1;
    const ended = publisher.ended();
    await time.pass(250);
    await ended;
    expect(told).toEqual([1, 2]);
  });

  it("goes on when its clock steps back", async () => {
    let now = 10_000_000;
    let count = 0;
    const publisher = createProgressPublisher({
      publish: async () => {
        count += 1;
        return 0;
      },
      now: () => now,
      wait: async () => {},
      failed: () => {},
    });
    await publisher.changed();
    now -= 3_600_000;
    await publisher.changed();
    expect(count).toBe(2);
  });
});
