import { describe, expect, it } from "vitest";
import { createHashLine } from "../../../../../shared/identity/passwords/hash-line.ts";

const start = 1_800_000_000_000;
const ask = (line: ReturnType<typeof createHashLine>, count: number) => Promise.allSettled(Array.from({ length: count }, (_, i) => line.run(() => i)));
const refusalsOf = (settled: readonly PromiseSettledResult<number>[]) => settled.filter(({ status }) => status === "rejected");

describe("the line for hashing", () => {
  it("serves sixteen at once in the order they came and refuses the rest, who may come again", async () => {
    const line = createHashLine(() => start);
    const settled = await ask(line, 20);
    expect(settled.slice(0, 16).map((one) => one.status === "fulfilled" && one.value)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expect(refusalsOf(settled)).toHaveLength(4);
    expect(settled[16]).toMatchObject({ reason: { code: "rate_limited", retryAfterMs: 5_000 } });
    expect(refusalsOf(await ask(line, 16))).toEqual([]);
  });

  it("gives the place back when a hash fails", async () => {
    const line = createHashLine(() => start);
    const failing = Array.from({ length: 16 }, () =>
      line.run((): number => {
        throw new Error("broken");
      }),
    );
    expect(refusalsOf(await Promise.allSettled(failing))).toHaveLength(16);
    expect(refusalsOf(await ask(line, 16))).toEqual([]);
  });

  it("does not wait for those whose request was given up", async () => {
    let now = start;
    const line = createHashLine(() => now);
    // A request that is given up runs no further: its turn never comes, and it never leaves.
    const timers = globalThis.setTimeout;
    globalThis.setTimeout = Object.assign(() => timers(() => {}, 0), timers);
    try {
      for (let i = 0; i < 16; i++) void line.run(() => i).catch(() => {});
    } finally {
      globalThis.setTimeout = timers;
    }
    now += 29_999;
    expect(refusalsOf(await ask(line, 1))).toHaveLength(1);
    now += 1;
    expect(refusalsOf(await ask(line, 16))).toEqual([]);
  });
});
