import { describe, expect, it } from "vitest";
import { createHashLine } from "../../../../../shared/identity/passwords/hash-line.ts";

const start = 1_800_000_000_000;
const ask = (line: ReturnType<typeof createHashLine>, count: number) => Promise.allSettled(Array.from({ length: count }, (_, i) => line.run(() => i)));
const refusalsOf = (settled: readonly PromiseSettledResult<number>[]) => settled.filter(({ status }) => status === "rejected");

/** Does work while requests are given up: they run no further, so that their turn never comes and they never leave. */
function givenUp(work: () => void): void {
  const timers = globalThis.setTimeout;
  globalThis.setTimeout = Object.assign(() => timers(() => {}, 0), timers);
  try {
    work();
  } finally {
    globalThis.setTimeout = timers;
  }
}

describe("the line for hashing", () => {
  it("serves eight at once in the order they came and refuses the rest, who may come again", async () => {
    const line = createHashLine(() => start);
    const settled = await ask(line, 12);
    expect(settled.slice(0, 8).map((one) => one.status === "fulfilled" && one.value)).toEqual(Array.from({ length: 8 }, (_, i) => i));
    expect(refusalsOf(settled)).toHaveLength(4);
    expect(settled[8]).toMatchObject({ reason: { code: "rate_limited", retryAfterMs: 5_000 } });
    expect(refusalsOf(await ask(line, 8))).toEqual([]);
  });

  it("lets something else have the thread between any two hashes, though each takes it for longer than the others wait", async () => {
    const line = createHashLine();
    const done: string[] = [];
    const hash = () => {
      const until = performance.now() + 30;
      while (performance.now() < until);
      done.push("hash");
    };
    let isOver = false;
    const others = () => {
      done.push("others");
      if (!isOver) setTimeout(others, 1);
    };
    others();
    await Promise.all(Array.from({ length: 5 }, () => line.run(hash)));
    isOver = true;
    expect(done.filter((each) => each === "hash")).toHaveLength(5);
    expect(done.join(" ")).not.toContain("hash hash");
  });

  it("gives the place back when a hash fails", async () => {
    const line = createHashLine(() => start);
    const failing = Array.from({ length: 8 }, () =>
      line.run((): number => {
        throw new Error("broken");
      }),
    );
    expect(refusalsOf(await Promise.allSettled(failing))).toHaveLength(8);
    expect(refusalsOf(await ask(line, 8))).toEqual([]);
  });

  it("does not stay full of those whose request was given up", async () => {
    let now = start;
    const line = createHashLine(() => now);
    givenUp(() => {
      for (let i = 0; i < 8; i++) void line.run(() => i).catch(() => {});
    });
    now += 4_999;
    expect(refusalsOf(await ask(line, 1))).toHaveLength(1);
    now += 1;
    expect(refusalsOf(await ask(line, 8))).toEqual([]);
  });

  it("goes past somebody before the others whose request was given up", async () => {
    let now = start;
    const line = createHashLine(() => {
      now += 200;
      return now;
    });
    givenUp(() => void line.run(() => 0).catch(() => {}));
    expect(refusalsOf(await ask(line, 2))).toEqual([]);
  });
});
