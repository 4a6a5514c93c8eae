import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { idempotency, projects } from "../../../../shared/db/schema/index.ts";
import { claimRequest, freeClaim, keepAnswer } from "../../../../shared/idempotency/index.ts";
import { openAnswer, sealAnswer } from "../../../../shared/idempotency/sealed-answer.ts";
import { type Claim, type Context, commit, createKeyring, dayMs, newId, Secret, sha256Hex } from "../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { injectFaults, once, stopFaults } from "../../../helpers/worker/faults.ts";
import { withFaults } from "../../../helpers/worker/faulty-bindings.ts";

const db = directoryDatabase(env);
const start = 1_800_000_000_000;
const leaseMs = 60_000;
const asked = { route: "createProject", key: "a-key-of-the-sender", content: "/projects\n{}" };

let workspace: SeededWorkspace;
let ctx: Context;
beforeAll(async () => {
  workspace = await seedWorkspace();
});
beforeEach(async () => {
  await db.batch([db.delete(idempotency), db.delete(projects)]);
  ctx = { ...contextOf(env, workspace), now: () => start };
});

/** The same caller some time after the start. */
const later = (ms: number, by = ctx): Context => ({ ...by, now: () => start + ms });

async function claimed(by: Context, request = asked): Promise<Claim> {
  const outcome = await claimRequest(by, db, request);
  return "claim" in outcome ? outcome.claim : expect.unreachable("it was answered already");
}

async function answered(by: Context, request = asked): Promise<unknown> {
  const outcome = await claimRequest(by, db, request);
  return "answer" in outcome ? JSON.parse(outcome.answer) : expect.unreachable("it was not answered yet");
}

/** What a verb does: its effect and its answer, in one batch. */
async function act(by: Context, claim: Claim, name = "Shop"): Promise<void> {
  const id = newId("project");
  const effect = db.insert(projects).values({ id, workspaceId: by.workspaceId, name, createdAt: start });
  await commit(db, [effect, ...(await keepAnswer({ ...by, claim }, db, { name }))]);
}

const effects = async () => (await db.select({ name: projects.name }).from(projects)).map(({ name }) => name);

describe("a claim", () => {
  it("is refused to others while the first is under way, who are told to wait as long again as it has taken", async () => {
    await claimed(ctx);
    const waits = [
      [0, 1_000],
      [10_000, 10_000],
      [30_000, 30_000],
      [55_000, 5_000],
      [leaseMs - 1, 1_000],
    ] as const;
    for (const [ms, retryAfterMs] of waits)
      await expect(claimRequest(later(ms), db, asked)).rejects.toMatchObject({ code: "conflict", retryable: true, retryAfterMs });
  });

  it("of many at once is one", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => claimRequest(ctx, db, asked)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("that was given back may be taken at once, also for something else", async () => {
    await freeClaim(ctx, db, await claimed(ctx));
    await freeClaim(ctx, db, await claimed(ctx));
    await claimed(ctx, { ...asked, content: "something else" });
  });

  it("is not given back by who held it before", async () => {
    const first = await claimed(ctx);
    await claimed(later(leaseMs));
    await freeClaim(ctx, db, first);
    await expect(claimRequest(later(leaseMs), db, asked)).rejects.toMatchObject({ code: "conflict" });
  });

  it("is not given back once its effect is there", async () => {
    const claim = await claimed(ctx);
    await act(ctx, claim);
    await freeClaim(ctx, db, claim);
    expect(await answered(ctx)).toEqual({ name: "Shop" });
  });

  it("lapses after a minute; then the first one acts no more, and the next one's answer counts", async () => {
    const first = await claimed(ctx);
    const second = await claimed(later(leaseMs));
    await expect(act(ctx, first, "first")).rejects.toMatchObject({ code: "conflict" });
    expect(await effects()).toEqual([]);
    await act(ctx, second, "second");
    await expect(act(ctx, first, "first")).rejects.toMatchObject({ code: "conflict" });
    expect(await effects()).toEqual(["second"]);
    expect(await answered(ctx)).toEqual({ name: "second" });
  });

  it("is passed on whole: of three that held it one after the other, the last acts", async () => {
    const first = await claimed(ctx);
    const second = await claimed(later(leaseMs));
    await freeClaim(ctx, db, second);
    const third = await claimed(later(leaseMs), { ...asked, content: "something else" });
    await expect(act(ctx, first, "first")).rejects.toMatchObject({ code: "conflict" });
    await expect(act(ctx, second, "second")).rejects.toMatchObject({ code: "conflict" });
    await act(ctx, third, "third");
    expect(await effects()).toEqual(["third"]);
  });

  it("that lapsed while nobody else came still counts", async () => {
    const claim = await claimed(ctx);
    await act(later(leaseMs + 1), claim);
    expect(await answered(later(leaseMs + 1))).toEqual({ name: "Shop" });
  });

  it.each(["fail-before", "fail-after"] as const)("can be made at once after the database failed: %s", async (fault) => {
    injectFaults(once("d1", fault, { text: 'insert into "idempotency"' }));
    const faulty = directoryDatabase(withFaults(env));
    await expect(claimRequest(ctx, faulty, asked)).rejects.toMatchObject({ code: "unavailable", retryable: true });
    expect(stopFaults()).toEqual([`d1 ${fault}`]);
    await claimed(ctx);
  });
});

describe("a key that comes again with other content", () => {
  const other = { ...asked, content: "/projects\n{ }" };
  it.each<{ when: string; first: (claim: Claim) => Promise<void>; ms: number }>([
    { when: "while the first is under way", first: async () => undefined, ms: 0 },
    { when: "when the first was lost", first: async () => undefined, ms: leaseMs },
    { when: "when the first was answered", first: (claim) => act(ctx, claim), ms: 0 },
  ])("is refused $when", async ({ first, ms }) => {
    await first(await claimed(ctx));
    await expect(claimRequest(later(ms), db, other)).rejects.toMatchObject({ code: "invalid", errors: [{ path: "header.Idempotency-Key" }] });
  });
});

describe("an answer", () => {
  it("is there for 24 hours; then the key is as good as new", async () => {
    await act(ctx, await claimed(ctx));
    expect(await answered(later(dayMs - 1))).toEqual({ name: "Shop" });
    const again = { ...asked, content: "something else" };
    await act(later(dayMs), await claimed(later(dayMs), again), "again");
    expect(await answered(later(2 * dayMs - 1), again)).toEqual({ name: "again" });
  });

  it("is there for 24 hours after the claim that acted, not after one that was lost", async () => {
    await claimed(ctx);
    await act(later(dayMs - 1), await claimed(later(dayMs - 1)));
    expect(await answered(later(2 * dayMs - 2))).toEqual({ name: "Shop" });
  });

  it("is of the person in all of their sessions", async () => {
    await act(ctx, await claimed(ctx));
    expect(await answered({ ...ctx, actor: { ...ctx.actor, kind: "session", id: newId("session") } })).toEqual({ name: "Shop" });
  });

  const ofKey = (by: Context): Context => {
    const { userId, permissions } = by.actor;
    return { ...by, actor: { kind: "key", id: newId("key"), userId, permissions, expiresAt: null, allowedIps: [], limits: {} } };
  };
  it.each<{ who: string; other: (by: Context) => Context; request?: typeof asked }>([
    { who: "somebody else", other: (by) => ({ ...by, actor: { ...by.actor, userId: newId("user") } }) },
    { who: "a key of the same person", other: ofKey },
    { who: "the same person in another workspace", other: (by) => ({ ...by, workspaceId: newId("workspace") }) },
    { who: "the same person at another route", other: (by) => by, request: { ...asked, route: "addSite" } },
    { who: "the same person with another key", other: (by) => by, request: { ...asked, key: "A-key-of-the-sender" } },
  ])("is not for $who", async ({ other, request = asked }) => {
    await act(ctx, await claimed(ctx));
    await claimed(other(ctx), request);
  });

  it("too large to be kept is not given again, nor is the request done again", async () => {
    await act(ctx, await claimed(ctx), "x".repeat(64 * 1_024));
    await expect(claimRequest(ctx, db, asked)).rejects.toMatchObject({
      code: "conflict",
      retryAfterMs: undefined,
      message: expect.stringContaining("too large to be kept"),
    });
    expect(await effects()).toHaveLength(1);
  });
});

describe("a stored answer", () => {
  const secret = (byte: number) => new Secret(btoa(String.fromCharCode(byte).repeat(32)));
  const [first, second] = [
    { kid: "first", secret: secret(1) },
    { kid: "second", secret: secret(2) },
  ];
  const claim: Claim = { principalId: "usr_1", route: "generateKey", key: "3f0c6a52-a-key", attempt: 1 };
  const answer = JSON.stringify({ key: "mk_test_a secret", name: "x".repeat(60_000) });
  const withKeys = (...keys: Parameters<typeof createKeyring>[0]): Context => ({ ...ctx, keyring: createKeyring(keys) });

  it("opens for who sends the key, also when the server has another key since", async () => {
    const stored = await sealAnswer(withKeys(first), claim, answer);
    expect(await openAnswer(withKeys(second, first), claim, stored)).toBe(answer);
  });

  it("shows nothing of the answer, nor of the key", async () => {
    await act(ctx, await claimed(ctx), "mk_test_a secret");
    const row = JSON.stringify(await db.select().from(idempotency));
    for (const word of ["mk_test", "secret", asked.key]) expect(row).not.toContain(word);
  });

  it.each<{ what: string; keys?: Parameters<typeof createKeyring>[0]; changes?: Partial<Claim>; change?: (stored: string) => string }>([
    { what: "another header", changes: { key: "3f0c6a52-another" } },
    { what: "another server key of the same name", keys: [{ kid: "first", secret: secret(2) }] },
    { what: "a keyring without the server key", keys: [second] },
    { what: "another server key's name", keys: [first, second], change: (stored) => stored.replace("first.", "second.") },
    { what: "another person's row", changes: { principalId: "usr_2" } },
    { what: "another route's row", changes: { route: "rotateKey" } },
    { what: "one character changed", change: (stored) => (stored.endsWith("A") ? `${stored.slice(0, -1)}Q` : `${stored.slice(0, -1)}A`) },
    { what: "its end cut off", change: (stored) => stored.slice(0, -4) },
  ])("does not open with $what", async ({ keys = [first], changes, change = (stored) => stored }) => {
    const stored = await sealAnswer(withKeys(first), claim, answer);
    const opened = openAnswer(withKeys(...keys), { ...claim, ...changes }, change(stored));
    await expect(opened).rejects.toMatchObject({ code: "conflict", retryAfterMs: undefined, message: expect.stringContaining("was done before") });
  });

  it("does not open with all that is stored, and the server key, and no header", async () => {
    const by = withKeys(first);
    await act(by, await claimed(by));
    const [row] = await db.select().from(idempotency);
    const { answer: stored, requestHash } = { requestHash: "", ...row };
    if (!stored) expect.unreachable("nothing was stored");
    const held = { ...claim, ...row };
    expect(await openAnswer(by, { ...held, key: asked.key }, stored)).toBe('{"name":"Shop"}');
    for (const key of [await sha256Hex(asked.key), requestHash, ""]) await expect(openAnswer(by, { ...held, key }, stored)).rejects.toThrow("was done before");
  });

  it("does not tell what was asked for to who tries contents out without the server key", async () => {
    const by = withKeys(first);
    await act(by, await claimed(by));
    const [row] = await db.select().from(idempotency);
    expect(row?.requestHash).toMatch(/^first\.[0-9a-f]{64}$/);
    expect(row?.requestHash).not.toContain(await sha256Hex(asked.content));
    await claimRequest(withKeys(second), db, { ...asked, key: "another-key-of-the-sender" });
    const hashes = (await db.select().from(idempotency)).map(({ requestHash }) => requestHash.slice(requestHash.indexOf(".") + 1));
    expect(new Set(hashes).size).toBe(2);
  });

  it("knows the same content again under the key that it was stored with, and other content too", async () => {
    await act(withKeys(first), await claimed(withKeys(first)));
    expect(await claimRequest(withKeys(second, first), db, asked)).toEqual({ answer: '{"name":"Shop"}' });
    await expect(claimRequest(withKeys(second, first), db, { ...asked, content: "/projects\n[]" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("that does not open any more leaves the request done", async () => {
    const old = withKeys(first);
    await act(old, await claimed(old));
    await expect(claimRequest(withKeys(second), db, asked)).rejects.toMatchObject({ code: "conflict", message: expect.stringContaining("was done before") });
    expect(await effects()).toHaveLength(1);
  });
});

describe("clearing away", () => {
  it.each([
    { what: "claimed not yet 24 hours ago", createdAt: start - dayMs + 1, kept: true },
    { what: "claimed 24 hours ago", createdAt: start - dayMs, kept: false },
  ])("leaves ($kept) a request that was $what", async ({ createdAt, kept }) => {
    await claimed({ ...ctx, now: () => createdAt });
    expect(await cleanUp(start)).toMatchObject({ idempotency: kept ? 0 : 1 });
    expect(await db.$count(idempotency)).toBe(kept ? 1 : 0);
  });
});
