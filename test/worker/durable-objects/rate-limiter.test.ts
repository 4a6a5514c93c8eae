import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { limitersOf } from "../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { auditLog, members, usage } from "../../../shared/db/schema/index.ts";
import type { Hit, Quota } from "../../../shared/limits/index.ts";
import { minuteMs, newId } from "../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../helpers/worker/api.ts";
import { always, injectFaults, once, release, stopFaults, struckSoFar, untilHeld } from "../../helpers/worker/faults.ts";

const db = directoryDatabase(env);
const today = new Date().toISOString().slice(0, 10);
let workspace: SeededWorkspace;
let keyId: string;

beforeEach(async () => {
  workspace = await seedWorkspace();
  keyId = newId("key");
});
afterEach(() => void stopFaults());

const stubOf = (caller: string) => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(caller));
const limiterOf = (caller: string) => limitersOf(env)(caller);
const WithRefusals = z.looseObject({ refusals: z.tuple([z.looseObject({ minute: z.number() })]) });
const quota = (limit: number, cost = 1, windowMs = minuteMs): Quota => ({ name: "list", limit, windowMs, cost });
const hit = (...quotas: readonly Quota[]): Hit => ({ v: 1, quotas, usage: { workspaceId: workspace.id, userId: workspace.userId } });

const storedOf = (caller: string) =>
  runInDurableObject(stubOf(caller), async (_, { storage }) => ({
    keys: [...storage.kv.list()].map(([key]) => key),
    tables: storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf\\_%' ESCAPE '\\'").toArray(),
    alarm: await storage.getAlarm(),
  }));
const nothing = { keys: [], tables: [], alarm: null };
const alarmOf = (caller: string) => runInDurableObject(stubOf(caller), (_, { storage }) => storage.getAlarm());

const usageRows = async () => (await db.select().from(usage)).filter(({ principalId }) => principalId === keyId);
const counted = async () => (await usageRows()).map(({ day, requests, errors, limited, audits }) => ({ day, requests, errors, limited, audits }));

async function hitInParallel(caller: string, times: number, request: Hit): Promise<number> {
  const verdicts = await Promise.allSettled(Array.from({ length: times }, () => limiterOf(caller).hit(request)));
  return verdicts.filter((verdict) => verdict.status === "fulfilled" && verdict.value.allowed).length;
}

/** Rings the alarm; what its object dies of is not the test's. */
const ring = async (caller: string): Promise<void> => void (await runDurableObjectAlarm(stubOf(caller)).catch(() => false));

describe("a limit", () => {
  it("lets exactly 30 of 200 requests through that come at once, and none after the object was evicted", async () => {
    const caller = `key:${keyId}`;
    expect(await hitInParallel(caller, 200, hit(quota(30)))).toBe(30);
    await evictDurableObject(stubOf(caller));
    expect(await limiterOf(caller).hit(hit(quota(30)))).toMatchObject({ allowed: false, quotas: [{ remaining: 0 }] });
  });

  it("counts dear requests for what they cost", async () => {
    expect(await hitInParallel(`key:${keyId}`, 40, hit(quota(30, 4)))).toBe(7);
  });

  it("is never passed when the object dies again and again in the middle of everything", async () => {
    const caller = `key:${keyId}`;
    let allowed = 0;
    for (let deaths = 0; deaths < 5; deaths++) {
      const [passed] = await Promise.all([
        hitInParallel(caller, 20, hit(quota(30))),
        runInDurableObject(stubOf(caller), (_, ctx) => ctx.abort("dies")).catch(() => {}),
      ]);
      allowed += passed;
    }
    allowed += await hitInParallel(caller, 60, hit(quota(30)));
    expect(allowed).toBeLessThanOrEqual(30);
    expect(await limiterOf(caller).hit(hit(quota(30)))).toMatchObject({ allowed: false });
  });

  it("is one caller's own", async () => {
    await limiterOf(`key:${keyId}`).hit(hit(quota(1)));
    expect((await limiterOf(`user:${workspace.userId}`).hit(hit(quota(1)))).allowed).toBe(true);
  });
});

describe("what is open", () => {
  it("is still open after the object was evicted", async () => {
    const caller = `user:${workspace.userId}`;
    const request = { v: 1, name: "streams", limit: 1, leaseMs: minuteMs } as const;
    const { lease } = await limiterOf(caller).acquire(request);
    await evictDurableObject(stubOf(caller));
    expect((await limiterOf(caller).acquire(request)).lease).toBeNull();
    await limiterOf(caller).release(lease ?? "");
    expect((await limiterOf(caller).acquire(request)).lease).not.toBeNull();
  });
});

describe("an address", () => {
  it("is forgotten with all that was stored of it once its windows are over", async () => {
    const caller = "ip:203.0.113.9";
    await limiterOf(caller).hit({ v: 1, quotas: [quota(5, 1, 30)] });
    expect(await storedOf(caller)).toMatchObject({ keys: ["list"] });
    await scheduler.wait(31);
    await ring(caller);
    expect(await storedOf(caller)).toEqual(nothing);
    expect(await limiterOf(caller).hit({ v: 1, quotas: [quota(5)] })).toMatchObject({ quotas: [{ remaining: 4 }] });
    expect((await storedOf(caller)).alarm).not.toBeNull();
  });

  it("that was only ever refused leaves nothing", async () => {
    await limiterOf("ip:203.0.113.10").hit({ v: 1, quotas: [quota(0)] });
    expect(await storedOf("ip:203.0.113.10")).toEqual(nothing);
  });
});

describe("usage", () => {
  it("is in the database after the alarm, once, however often it rings", async () => {
    const caller = `key:${keyId}`;
    await hitInParallel(caller, 5, hit(quota(3)));
    await limiterOf(caller).note({ v: 1, usage: { workspaceId: workspace.id, userId: workspace.userId }, audit: true });
    await ring(caller);
    const [row] = await usageRows();
    expect(row).toMatchObject({ workspaceId: workspace.id, userId: workspace.userId, day: today, requests: 5, errors: 0, limited: 2, audits: 1 });
    await evictDurableObject(stubOf(caller));
    await ring(caller);
    expect(await usageRows()).toEqual([row]);
  });

  it("is not asked for again until somebody comes again", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(3)));
    const soon = await alarmOf(caller);
    expect(soon).toBeLessThanOrEqual(Date.now() + minuteMs);
    await ring(caller);
    expect(await alarmOf(caller)).toBeGreaterThan(Date.now() + minuteMs);
    await limiterOf(caller).hit(hit(quota(3)));
    expect(await alarmOf(caller)).toBeLessThanOrEqual(Date.now() + minuteMs);
  });

  it("never becomes less, also when the object forgot everything and began anew on the same day", async () => {
    const caller = `key:${keyId}`;
    await hitInParallel(caller, 3, hit(quota(9)));
    await ring(caller);
    await limiterOf(caller).clear();
    await limiterOf(caller).hit(hit(quota(9)));
    await limiterOf(caller).note({ v: 1, usage: { workspaceId: workspace.id, userId: workspace.userId }, error: true });
    await ring(caller);
    expect(await counted()).toEqual([{ day: today, requests: 3, errors: 1, limited: 0, audits: 0 }]);
  });

  it("in a workspace that is being deleted is let go", async () => {
    await limiterOf(`key:${keyId}`).hit(hit(quota(9)));
    await db.delete(members);
    await ring(`key:${keyId}`);
    expect(await usageRows()).toEqual([]);
    // A flush that failed would be tried again within a minute.
    expect(await alarmOf(`key:${keyId}`)).toBeGreaterThan(Date.now() + minuteMs);
  });

  it.each(["fail-before", "fail-after", "die-before", "die-after"] as const)("is right in the end although the write %s", async (fault) => {
    const caller = `key:${keyId}`;
    await hitInParallel(caller, 4, hit(quota(3)));
    injectFaults(once("d1", fault, { text: 'insert into "usage"' }));
    await ring(caller);
    expect(struckSoFar()).toEqual([`d1 ${fault} while limits`]);
    await limiterOf(caller).hit(hit(quota(9)));
    await ring(caller);
    expect(await counted()).toEqual([{ day: today, requests: 5, errors: 0, limited: 1, audits: 0 }]);
  });

  it("is written by a later alarm when the database refused", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(3)));
    injectFaults(once("d1", "fail-before", { text: 'insert into "usage"' }));
    await ring(caller);
    expect(await counted()).toEqual([]);
    expect(await alarmOf(caller)).not.toBeNull();
    await ring(caller);
    expect(await counted()).toEqual([{ day: today, requests: 1, errors: 0, limited: 0, audits: 0 }]);
  });

  it("is written although the object died while its alarm rang: the platform rings again", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(3)));
    injectFaults(once("d1", "die-before", { text: 'insert into "usage"' }));
    await runInDurableObject(stubOf(caller), (_, { storage }) => storage.setAlarm(Date.now()));
    for (let looks = 0; (await usageRows()).length === 0 && looks < 200; looks++) await scheduler.wait(50);
    expect(struckSoFar()).toEqual(["d1 die-before while limits"]);
    expect(await counted()).toEqual([{ day: today, requests: 1, errors: 0, limited: 0, audits: 0 }]);
  });

  it("stays in the object while the database does not answer at all", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(9)));
    injectFaults(always("d1", "fail-before"));
    for (let i = 0; i < 8; i++) await ring(caller);
    expect(await alarmOf(caller)).toBeNull();
    await evictDurableObject(stubOf(caller));
    stopFaults();
    await limiterOf(caller).hit(hit(quota(9)));
    expect(await alarmOf(caller)).not.toBeNull();
    await ring(caller);
    expect(await counted()).toEqual([{ day: today, requests: 2, errors: 0, limited: 0, audits: 0 }]);
  });
});

describe("refusals", () => {
  it("are one entry in the workspace's log for each minute, route and code", async () => {
    const caller = `key:${keyId}`;
    const outcome = { v: 1, usage: { workspaceId: workspace.id, userId: workspace.userId }, error: true } as const;
    const refusal = { route: "DELETE /api/v1/audits/{auditId}", code: "forbidden" };
    for (let i = 0; i < 3; i++) await limiterOf(caller).note({ ...outcome, refusal });
    await runInDurableObject(stubOf(caller), (_, { storage: { kv } }) => {
      const { refusals, ...state } = WithRefusals.parse(kv.get("(state)"));
      kv.put("(state)", { ...state, refusals: refusals.map(({ minute, ...refused }) => ({ ...refused, minute: minute - minuteMs })) });
    });
    await evictDurableObject(stubOf(caller));
    injectFaults(once("d1", "fail-after", { text: "audit_log" }));
    await ring(caller);
    await ring(caller);
    const entries = (await db.select().from(auditLog)).filter(({ actorId }) => actorId === keyId);
    expect(entries).toMatchObject([
      { action: "request.refuse", workspaceId: workspace.id, actorKind: "key", userId: workspace.userId, targetId: refusal.route },
    ]);
    expect(entries[0]?.details).toEqual({ after: { code: "forbidden", count: 3 } });
  });
});

describe("a caller who is forgotten", () => {
  it("leaves nothing in the storage", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(1)));
    await limiterOf(caller).acquire({ v: 1, name: "streams", limit: 1, leaseMs: minuteMs });
    await limiterOf(caller).clear();
    expect(await storedOf(caller)).toEqual(nothing);
  });

  it("begins anew in the same object", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(1)));
    await limiterOf(caller).clear();
    expect((await limiterOf(caller).hit(hit(quota(1)))).allowed).toBe(true);
    await evictDurableObject(stubOf(caller));
    expect((await limiterOf(caller).hit(hit(quota(1)))).allowed).toBe(false);
  });

  it("is not written about after that, also when a write was under way", async () => {
    const caller = `key:${keyId}`;
    await limiterOf(caller).hit(hit(quota(1)));
    injectFaults(once("d1", "hold-before", { text: 'insert into "usage"' }));
    const ringing = ring(caller);
    await untilHeld();
    let isCleared = false;
    const clearing = limiterOf(caller)
      .clear()
      .then(() => {
        isCleared = true;
        return usageRows();
      });
    // Long enough for a clearing that does not wait for the write.
    await scheduler.wait(200);
    expect(isCleared).toBe(false);
    release();
    // Whoever deletes rows after clearing has seen the last of them.
    expect(await clearing).toHaveLength(1);
    await ringing;
    expect(await storedOf(caller)).toEqual(nothing);
  });
});
