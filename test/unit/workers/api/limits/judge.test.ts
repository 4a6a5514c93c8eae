import { beforeEach, describe, expect, it } from "vitest";
import type { Hit, Limiter, Verdict } from "../../../../../shared/limits/index.ts";
import { createLog } from "../../../../../shared/platform/index.ts";
import { createJudge, quotaOf } from "../../../../../workers/api/limits/judge.ts";

let time = 0;
let hits: Hit[] = [];
beforeEach(() => {
  time = 1_000_000;
  hits = [];
});

const verdictOf = ({ quotas }: Hit, allowed: boolean): Verdict => ({
  allowed,
  quotas: quotas.map(({ name, limit, windowMs }) => ({ name, limit, windowMs, remaining: allowed ? 1 : 0, resetMs: 5_000 })),
  ...(allowed ? {} : { retryAfterMs: 5_000 }),
});

const nothing = async (): Promise<never> => {
  throw new Error("not asked for");
};

/** A judge whose limiter answers like this. */
function judgeWith(answer: (hit: Hit) => Promise<Verdict>) {
  const limiter: Limiter = {
    hit: (hit) => {
      hits.push(hit);
      return answer(hit);
    },
    begin: nothing,
    end: nothing,
    note: nothing,
    clear: nothing,
  };
  const judge = createJudge({ now: () => time, deadlineMs: 20 });
  const asking = { limiters: () => limiter, settings: {}, log: createLog(() => undefined) };
  return (limit: Parameters<typeof judge.judge>[2] = "lists", own: Record<string, number> = {}) =>
    judge.judge(asking, { name: "key:a", limits: own, usage: { workspaceId: "wsp_a", userId: "usr_a" } }, limit);
}

describe("a quota", () => {
  it.each([
    { own: {}, settings: {}, limit: 60 },
    { own: {}, settings: { lists: 7 }, limit: 7 },
    { own: { lists: 5 }, settings: { lists: 7 }, limit: 5 },
    { own: { reads: 5 }, settings: { reads: 7 }, limit: 60 },
  ])("is the caller's own, else the installation's, else the usual one: $own, $settings", ({ own, settings, limit }) => {
    expect(quotaOf("lists", own, settings)).toEqual({ name: "lists", limit, windowMs: 60_000, cost: 1 });
  });
});

describe("a limiter that answers", () => {
  it("is asked with the caller's usage, and believed", async () => {
    const judge = judgeWith(async (hit) => verdictOf(hit, true));
    expect(await judge()).toMatchObject({ isLocal: false, verdict: { allowed: true } });
    expect(hits).toEqual([{ v: 1, quotas: [{ name: "lists", limit: 60, windowMs: 60_000, cost: 1 }], usage: { workspaceId: "wsp_a", userId: "usr_a" } }]);
  });

  it("is not asked again while its refusal holds, and then hears what was refused without it", async () => {
    const judge = judgeWith(async (hit) => verdictOf(hit, false));
    for (let times = 0; times < 4; times++) expect(await judge()).toMatchObject({ verdict: { allowed: false } });
    expect(hits).toHaveLength(1);
    time += 5_000;
    await judge();
    expect(hits.map(({ refusedBefore }) => refusedBefore)).toEqual([undefined, 3]);
  });
});

describe("a limiter that does not answer", () => {
  const silent = () => new Promise<Verdict>(() => {});
  const failing = () => Promise.reject<Verdict>(new Error("gone"));

  it.each([
    ["is silent", silent],
    ["fails", failing],
  ])("leaves lists to what the isolate counts, exactly (%s)", async (_, answer) => {
    const judge = judgeWith(answer);
    const allowed: boolean[] = [];
    for (let times = 0; times < 4; times++) {
      const judgement = await judge("lists", { lists: 2 });
      if (judgement === "unavailable") throw new Error("lists go on");
      expect(judgement.isLocal).toBe(true);
      allowed.push(judgement.verdict.allowed);
    }
    expect(allowed).toEqual([true, true, false, false]);
    time += 60_000;
    expect(await judge("lists", { lists: 2 })).toMatchObject({ isLocal: true, verdict: { allowed: true } });
  });

  it.each([
    ["is silent", silent],
    ["fails", failing],
  ])("leaves keys unavailable (%s)", async (_, answer) => {
    expect(await judgeWith(answer)("keys")).toBe("unavailable");
  });

  it("is left alone for five seconds when it was silent, and asked again when it failed", async () => {
    const judge = judgeWith(silent);
    await judge();
    await judge();
    expect(hits).toHaveLength(1);
    time += 5_000;
    await judge();
    expect(hits).toHaveLength(2);
    const another = judgeWith(failing);
    await another();
    await another();
    expect(hits).toHaveLength(4);
  });

  it("is not asked whether Mentha is alive", async () => {
    const judge = judgeWith(failing);
    expect(await judge("health")).toMatchObject({ isLocal: false, verdict: { allowed: true } });
    expect(hits).toEqual([]);
  });
});
