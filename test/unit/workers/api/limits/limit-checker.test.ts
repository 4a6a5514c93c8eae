import { beforeEach, describe, expect, it } from "vitest";
import type { Hit, Limiter, Outcome, Verdict } from "../../../../../shared/limits/index.ts";
import { createLog } from "../../../../../shared/platform/index.ts";
import { type Charges, oneOf } from "../../../../../workers/api/limits/charge.ts";
import { createLimitChecker } from "../../../../../workers/api/limits/limit-checker.ts";

let time = 0;
let hits: Hit[] = [];
let notes: Outcome[] = [];
/** What goes on after answers, and what lets it. */
let afterwards: Promise<void>[] = [];
let waits: { readonly ms: number; readonly end: () => void }[] = [];
beforeEach(() => {
  time = 1_000_000;
  hits = [];
  notes = [];
  afterwards = [];
  waits = [];
});

/** Lets go on what waits. */
async function endWaits(): Promise<void> {
  for (const { end } of waits) end();
  await Promise.all(afterwards);
}

const verdictOf = ({ quotas }: Hit, allowed: boolean): Verdict => ({
  allowed,
  quotas: quotas.map(({ name, limit, windowMs }) => ({ name, limit, windowMs, remaining: allowed ? 1 : 0, resetMs: 5_000 })),
  ...(allowed ? {} : { retryAfterMs: 5_000 }),
});

const nothing = async (): Promise<never> => {
  throw new Error("not asked for");
};

/** A check by a limiter that answers like this. */
function checkWith(answer: (hit: Hit) => Promise<Verdict>) {
  const limiter: Limiter = {
    hit: (hit) => {
      hits.push(hit);
      return answer(hit);
    },
    acquire: nothing,
    release: nothing,
    note: async (outcome) => {
      notes.push(outcome);
    },
    clear: nothing,
  };
  const wait = (ms: number) => new Promise<void>((end) => waits.push({ ms, end }));
  const checker = createLimitChecker({ now: () => time, deadlineMs: 20, wait });
  const means = { limiters: () => limiter, settings: {}, log: createLog(() => undefined), afterwards: (work: Promise<void>) => void afterwards.push(work) };
  return (charges: Charges = oneOf("lists"), own: Record<string, number> = {}) =>
    checker.check(means, { name: "key:a", limits: own, usage: { workspaceId: "wsp_a", userId: "usr_a" } }, charges);
}

describe("a limiter that answers", () => {
  it("is asked with the caller's usage, and believed", async () => {
    const check = checkWith(async (hit) => verdictOf(hit, true));
    expect(await check()).toMatchObject({ isLocal: false, verdict: { allowed: true } });
    expect(hits).toEqual([{ v: 1, quotas: [{ name: "lists", limit: 60, windowMs: 60_000, cost: 1 }], usage: { workspaceId: "wsp_a", userId: "usr_a" } }]);
  });

  it("is not asked again while its refusal holds, and then hears what was refused without it", async () => {
    const check = checkWith(async (hit) => verdictOf(hit, false));
    for (let times = 0; times < 4; times++) expect(await check()).toMatchObject({ verdict: { allowed: false } });
    expect(hits).toHaveLength(1);
    time += 5_000;
    await check();
    expect(hits.map(({ refusedBefore }) => refusedBefore)).toEqual([undefined, 3]);
    await endWaits();
    expect(notes).toEqual([]);
  });

  it("hears of those who fall silent: at most once in ten seconds, and no later", async () => {
    const check = checkWith(async (hit) => verdictOf(hit, false));
    for (let times = 0; times < 4; times++) await check();
    expect([waits.map(({ ms }) => ms), notes]).toEqual([[10_000], []]);
    await endWaits();
    await check();
    await endWaits();
    const usage = { workspaceId: "wsp_a", userId: "usr_a" };
    expect(notes).toEqual([
      { v: 1, usage, limited: 3 },
      { v: 1, usage, limited: 1 },
    ]);
  });
});

describe("a limiter that does not answer", () => {
  const silent = () => new Promise<Verdict>(() => {});
  const failing = () => Promise.reject<Verdict>(new Error("gone"));

  it.each([
    ["is silent", silent],
    ["fails", failing],
  ])("leaves lists to what the isolate counts, exactly (%s)", async (_, answer) => {
    const check = checkWith(answer);
    const allowed: boolean[] = [];
    for (let times = 0; times < 4; times++) {
      const decision = await check(oneOf("lists"), { lists: 2 });
      if (decision === "unavailable") throw new Error("lists go on");
      expect(decision.isLocal).toBe(true);
      allowed.push(decision.verdict.allowed);
    }
    expect(allowed).toEqual([true, true, false, false]);
    time += 60_000;
    expect(await check(oneOf("lists"), { lists: 2 })).toMatchObject({ isLocal: true, verdict: { allowed: true } });
  });

  it.each([
    ["is silent", silent],
    ["fails", failing],
  ])("leaves keys unavailable (%s)", async (_, answer) => {
    expect(await checkWith(answer)(oneOf("keys"))).toBe("unavailable");
  });

  it("is left alone for five seconds when it was silent, and asked again when it failed", async () => {
    const check = checkWith(silent);
    await check();
    await check();
    expect(hits).toHaveLength(1);
    time += 5_000;
    await check();
    expect(hits).toHaveLength(2);
    const another = checkWith(failing);
    await another();
    await another();
    expect(hits).toHaveLength(4);
  });

  it("is not asked whether Mentha is alive", async () => {
    const check = checkWith(failing);
    expect(await check(oneOf("health"))).toMatchObject({ isLocal: false, verdict: { allowed: true } });
    expect(hits).toEqual([]);
  });
});

describe("a request against two limits", () => {
  const both: Charges = [
    { limit: "keys", cost: 1 },
    { limit: "keysPerDay", cost: 1 },
  ];

  /** Refuses for want of these. */
  const without =
    (...names: readonly string[]) =>
    async (hit: Hit): Promise<Verdict> => ({
      allowed: false,
      quotas: hit.quotas.map(({ name, limit, windowMs }) => ({ name, limit, windowMs, remaining: names.includes(name) ? 0 : 3, resetMs: 5_000 })),
      retryAfterMs: 5_000,
    });

  it("asks for both at once", async () => {
    await checkWith(async (hit) => verdictOf(hit, true))(both);
    expect(hits.map(({ quotas }) => quotas.map(({ name }) => name))).toEqual([["keys", "keysPerDay"]]);
  });

  it.each(["keys", "keysPerDay"])("says which of them refused, and remembers only that one: %s", async (short) => {
    const check = checkWith(without(short));
    expect(await check(both)).toMatchObject({ refusedBy: { name: short } });
    expect(await check(both)).toMatchObject({ refusedBy: { name: short } });
    expect(hits).toHaveLength(1);
    await check(oneOf(short === "keys" ? "keysPerDay" : "keys"));
    expect(hits).toHaveLength(2);
  });

  it("that both refuse is told of the longer one, and remembered of neither, since the wait may be for either", async () => {
    const check = checkWith(without("keys", "keysPerDay"));
    expect(await check(both)).toMatchObject({ refusedBy: { name: "keysPerDay" } });
    await check(both);
    expect(hits).toHaveLength(2);
  });

  it("is unavailable when nothing can be counted and one of them says so", async () => {
    const check = checkWith(() => Promise.reject<Verdict>(new Error("gone")));
    expect(
      await check([
        { limit: "lists", cost: 1 },
        { limit: "keysPerDay", cost: 1 },
      ]),
    ).toBe("unavailable");
  });
});

it("a dear request that is refused keeps no cheaper one from asking", async () => {
  const check = checkWith(async (hit) => verdictOf(hit, hit.quotas[0]?.cost === 1));
  expect(await check([{ limit: "reads", cost: 5 }])).toMatchObject({ refusedBy: { name: "reads" } });
  expect(await check(oneOf("reads"))).toMatchObject({ verdict: { allowed: true } });
});
