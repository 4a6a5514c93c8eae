import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { limitersOf } from "../../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, members, usage, users } from "../../../../shared/db/schema/index.ts";
import { UsageList } from "../../../../shared/limits/index.ts";
import { dayMs, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { call, outcomeOf, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { seedMember } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const counts = { requests: 5, errors: 1, limited: 2, audits: 0, updatedAt: 0 };
let workspace: SeededWorkspace;
let key: string;

beforeEach(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const dayAgo = (days: number): string => new Date(Date.now() - days * dayMs).toISOString().slice(0, 10);

async function seedUsage(day: string, principalId = workspace.userId, { id: workspaceId, userId } = workspace): Promise<void> {
  await db.insert(usage).values({ ...counts, workspaceId, userId, day, principalId });
}

async function list(query = ""): Promise<UsageList> {
  const answer = await call("GET", `/api/v1/usage${query}`, { key });
  expect(answer.status).toBe(200);
  return UsageList.parse(await answer.json());
}

describe("the list of usage", () => {
  it("says who asked: a key with its name, or somebody who signed in", async () => {
    const prefix = parseApiKey(key)?.prefix ?? "";
    const [stored] = await db.select().from(apiKeys).where(eq(apiKeys.prefix, prefix));
    await seedUsage(dayAgo(0), stored?.id);
    await seedUsage(dayAgo(0));
    const user = { id: workspace.userId, name: "", email: `${workspace.userId}@example.com` };
    const numbers = { requests: 5, errors: 1, limited: 2, audits: 0 };
    expect((await list()).items).toEqual([
      { day: dayAgo(0), caller: { kind: "session", key: null }, user, ...numbers },
      { day: dayAgo(0), caller: { kind: "key", key: { prefix, name: "test" } }, user, ...numbers },
    ]);
  });

  it("still has what a key did that is deleted, and somebody whose account is", async () => {
    await seedUsage(dayAgo(0), newId("key"), { id: workspace.id, userId: newId("user") });
    expect((await list()).items).toMatchObject([{ caller: { kind: "key", key: null }, user: { name: null, email: null }, requests: 5 }]);
  });

  it("has of somebody who left the id alone", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    await seedUsage(dayAgo(0), userId, { id: workspace.id, userId });
    expect((await list()).items).toMatchObject([{ user: { id: userId, email: `${userId}@example.com` } }]);
    await db
      .update(members)
      .set({ workspaceId: (await seedWorkspace()).id })
      .where(eq(members.userId, userId));
    expect((await list()).items).toMatchObject([{ user: { id: userId, name: null, email: null } }]);
  });

  it("gives a key no name of another workspace", async () => {
    const elsewhere = await seedWorkspace();
    const prefix = parseApiKey(await seedKey(elsewhere))?.prefix ?? "";
    const [stored] = await db.select().from(apiKeys).where(eq(apiKeys.prefix, prefix));
    await seedUsage(dayAgo(0), stored?.id);
    expect((await list()).items).toMatchObject([{ caller: { key: null } }]);
  });

  it.each([
    ["the last 30 days", "", [0, 1, 29]],
    ["from a day on, with that day", `?from=${dayAgo(30)}`, [0, 1, 29, 30]],
    ["up to a day, with that day, and the 29 days before", `?to=${dayAgo(1)}`, [1, 29, 30]],
    ["between two days", `?from=${dayAgo(31)}&to=${dayAgo(29)}`, [29, 30, 31]],
    ["one day", `?from=${dayAgo(1)}&to=${dayAgo(1)}`, [1]],
  ])("shows %s, newest first", async (_, query, expected) => {
    for (const days of [30, 0, 31, 1, 29]) await seedUsage(dayAgo(days));
    expect((await list(query)).items.map(({ day }) => day)).toEqual(expected.map(dayAgo));
  });

  it("has every caller of every day once, page by page, also when others come in between", async () => {
    const callers = [newId("key"), newId("key"), newId("user")];
    for (const days of [0, 1]) for (const caller of callers) await seedUsage(dayAgo(days), caller);
    const seen: string[] = [];
    for (let cursor = "", pages = 0; pages < 10; pages++) {
      const page = await list(`?limit=2${cursor}`);
      seen.push(...page.items.map(({ day, caller }) => `${day} ${caller.kind}`));
      if (pages === 0) await seedUsage(dayAgo(0), newId("user"));
      if (page.nextCursor === undefined) break;
      cursor = `&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual([0, 1].flatMap((days) => ["session", "key", "key"].map((kind) => `${dayAgo(days)} ${kind}`)));
  });

  it("shows nothing of another workspace", async () => {
    await seedUsage(dayAgo(0), newId("key"), await seedWorkspace());
    expect((await list()).items).toEqual([]);
  });

  it.each([
    ["days in the wrong order", `?from=${dayAgo(1)}&to=${dayAgo(2)}`],
    ["something that is no day", "?from=yesterday"],
    ["a day that no month has", "?to=2026-02-30"],
    ["a cursor that was made up", "?cursor=abc"],
  ])("refuses %s", async (_, query) => {
    expect((await call("GET", `/api/v1/usage${query}`, { key })).status).toBe(422);
  });

  it("is for those who may read usage", async () => {
    const other = await seedKey(workspace, { scopes: ["audits:read"] });
    const answer = await call("GET", "/api/v1/usage", { key: other });
    expect(await outcomeOf(answer)).toEqual({ status: 403, detail: expect.stringContaining("usage:read") });
    const dev = await seedWorkspace({ role: "dev" });
    expect((await call("GET", "/api/v1/usage", { key: await seedKey(dev) })).status).toBe(403);
  });

  it("has what a limiter counted", async () => {
    await db.update(users).set({ name: "Grace" }).where(eq(users.id, workspace.userId));
    const caller = `user:${workspace.userId}`;
    const limiter = limitersOf(env)(caller);
    for (let i = 0; i < 3; i++) {
      await limiter.hit({
        v: 1,
        quotas: [{ name: "lists", limit: 2, windowMs: 60_000, cost: 1 }],
        usage: { workspaceId: workspace.id, userId: workspace.userId },
      });
    }
    await runDurableObjectAlarm(env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(caller)));
    expect((await list()).items).toMatchObject([{ day: dayAgo(0), user: { name: "Grace" }, requests: 3, limited: 1 }]);
  });
});
