import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys } from "../../../../shared/db/schema/index.ts";
import { UsageList } from "../../../../shared/limits/index.ts";
import { newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { always, injectFaults, stopFaults } from "../../../helpers/worker/faults.ts";
import { signInAs } from "../../../helpers/worker/people.ts";
import { defineSite } from "../../../helpers/worker/site.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
  await defineSite("counted.test", {});
});
afterEach(() => {
  stopFaults();
});

const setKey = (key: string, values: Partial<typeof apiKeys.$inferInsert>) =>
  db
    .update(apiKeys)
    .set(values)
    .where(eq(apiKeys.prefix, parseApiKey(key)?.prefix ?? ""))
    .returning({ id: apiKeys.id });

/** What limiters are told of answers, as it happens. */
function watchNotes(): unknown[] {
  const notes: unknown[] = [];
  injectFaults(({ point, text }) => {
    if (point === "limiter" && text.startsWith("note ")) notes.push(JSON.parse(text.slice("note ".length))[0]);
    return undefined;
  });
  return notes;
}

describe("a stream", () => {
  it("may be open ten times; one that is left makes room for another", async () => {
    const key = await seedKey(workspace);
    const path = `/api/v1/audits/${await seedAudit(workspace, "queued")}/events`;
    const open = await Promise.all(Array.from({ length: 10 }, () => call("GET", path, { key })));
    expect(open.map(({ status }) => status)).toEqual(Array<number>(10).fill(200));

    const refused = await call("GET", path, { key });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(60);
    expect(await refused.json()).toMatchObject({ code: "rate_limited", detail: expect.stringContaining('"streams"') });

    const [left, ...others] = open.map(({ body }) => body?.getReader());
    await left?.read();
    await left?.cancel();
    const next = await vi.waitFor(
      async () => {
        const answer = await call("GET", path, { key });
        expect(answer.status).toBe(200);
        return answer;
      },
      { timeout: 10_000 },
    );
    for (const reader of [...others, next.body?.getReader()]) await reader?.cancel();
  });

  it("that does not begin holds nothing open", async () => {
    const key = await seedKey(workspace);
    const all: number[] = [];
    for (let times = 0; times < 12; times++) all.push((await call("GET", `/api/v1/audits/${newId("audit")}/events`, { key })).status);
    expect(all).toEqual(Array<number>(12).fill(404));
  });

  it("is not open for who asks for its head alone", async () => {
    const key = await seedKey(workspace);
    const path = `/api/v1/audits/${await seedAudit(workspace, "queued")}/events`;
    const asked: string[] = [];
    injectFaults(({ point, text }) => (point === "limiter" ? void asked.push(text) : undefined));
    for (let times = 0; times < 11; times++) expect((await call("HEAD", path, { key })).status).toBe(200);
    expect(asked.filter((text) => text.startsWith("acquire"))).toEqual([]);
    const answer = await call("GET", path, { key });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  it("that ends by itself makes room", async () => {
    const key = await seedKey(workspace);
    const path = `/api/v1/audits/${await seedAudit(workspace)}/events`;
    for (let times = 0; times < 12; times++) {
      const answer = await vi.waitFor(
        async () => {
          const begun = await call("GET", path, { key });
          expect(begun.status).toBe(200);
          return begun;
        },
        { timeout: 10_000 },
      );
      expect(await answer.text()).toContain("event: done");
    }
  });

  it("is let through while nothing can be counted", async () => {
    const key = await seedKey(workspace);
    injectFaults(always("limiter", "fail-before"));
    const answer = await call("GET", `/api/v1/audits/${await seedAudit(workspace)}/events`, { key });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("event: done")]);
  });
});

describe("what is counted of an answer", () => {
  const usage = () => ({ workspaceId: workspace.id, userId: workspace.userId });

  it("is nothing when it is what was asked for", async () => {
    const key = await seedKey(workspace);
    const notes = watchNotes();
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(200);
    expect((await call("POST", "/api/v1/projects", { key, body: { name: "Shop" } })).status).toBe(201);
    expect(notes).toEqual([]);
  });

  it.each([
    { what: "an audit", method: "POST", path: "/api/v1/audits", body: { url: "http://counted.test/", maxPages: 1 }, status: 202, note: { audit: true } },
    {
      what: "a refused value",
      method: "POST",
      path: "/api/v1/projects",
      body: { name: 1 },
      status: 422,
      note: { error: true, refusal: { route: "POST /api/v1/projects", code: "invalid" } },
    },
    {
      what: "something that is not there, which was to be changed",
      method: "DELETE",
      path: `/api/v1/audits/${newId("audit")}`,
      body: undefined,
      status: 404,
      note: { error: true, refusal: { route: "DELETE /api/v1/audits/{id}", code: "not_found" } },
    },
    {
      what: "something that is not there, which was to be read",
      method: "GET",
      path: `/api/v1/audits/${newId("audit")}`,
      body: undefined,
      status: 404,
      note: { error: true },
    },
    {
      what: "a permission that lacks, for reading too",
      method: "GET",
      path: "/api/v1/keys",
      body: undefined,
      status: 403,
      note: { error: true, refusal: { route: "GET /api/v1/keys", code: "forbidden" } },
    },
  ])("$what", async ({ method, path, body, status, note }) => {
    const key = await seedKey(workspace, { scopes: ["audits:read", "audits:write", "projects:write"] });
    const notes = watchNotes();
    const answer = await call(method, path, { key, body });
    await answer.body?.cancel();
    expect(answer.status).toBe(status);
    await vi.waitFor(() => expect(notes).toEqual([{ v: 1, usage: usage(), ...note }]));
  });

  it("is nothing of a request that a limit refused: the limiter knows it", async () => {
    const key = await seedKey(workspace, { limits: { lists: 1 } });
    const notes = watchNotes();
    await call("GET", "/api/v1/audits", { key });
    expect((await call("GET", "/api/v1/audits", { key })).status).toBe(429);
    expect(notes).toEqual([]);
  });

  it.each([
    { what: "from where it may not be used", values: { allowedIps: ["203.0.113.0/24"] }, headers: {} },
    { what: "for another workspace", values: {}, headers: { "X-Workspace": newId("workspace") } },
  ])("is told of a good key $what, in its own workspace", async ({ values, headers }) => {
    const key = await seedKey(workspace);
    if (values.allowedIps !== undefined) await setKey(key, values);
    const notes = watchNotes();
    expect((await call("GET", "/api/v1/audits", { key, headers })).status).toBe(403);
    const refusal = { route: "GET /api/v1/audits", code: "forbidden" };
    await vi.waitFor(() => expect(notes).toEqual([{ v: 1, usage: usage(), error: true, refusal }]));
  });

  it("is nothing of strangers, and of people outside a workspace", async () => {
    const notes = watchNotes();
    const { accessToken } = await signInAs(workspace.userId);
    expect((await call("GET", "/api/v1/audits")).status).toBe(401);
    expect((await call("PATCH", "/api/v1/me", { headers: { Authorization: `Bearer ${accessToken}` }, body: { name: 1 } })).status).toBe(422);
    expect(notes).toEqual([]);
  });

  it("is not worth a failed request", async () => {
    const key = await seedKey(workspace);
    injectFaults(always("limiter", "fail-before", { text: "note " }));
    expect((await call("GET", `/api/v1/audits/${newId("audit")}`, { key })).status).toBe(404);
    expect(stopFaults()).toEqual(["limiter fail-before"]);
  });
});

describe("who falls silent once a limit refused them", () => {
  it("is counted whole: of ten requests three pass, and usage says so", async () => {
    const own = await seedWorkspace();
    const key = await seedKey(own, { limits: { lists: 3 } });
    const [row] = await setKey(key, { lastUsedAt: Date.now() });
    const id = row?.id ?? "";
    const all: number[] = [];
    for (let times = 0; times < 10; times++) all.push((await call("GET", "/api/v1/audits", { key })).status);
    expect(all).toEqual([200, 200, 200, ...Array<number>(7).fill(429)]);

    const reader = await seedKey(own);
    const usageOfKey = async () => {
      await runDurableObjectAlarm(env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(`key:${id}`)));
      const { items } = UsageList.parse(await (await call("GET", "/api/v1/usage", { key: reader })).json());
      return items.filter(({ caller }) => caller.key?.prefix === parseApiKey(key)?.prefix).map(({ requests, limited }) => ({ requests, limited }));
    };
    await vi.waitFor(async () => expect(await usageOfKey()).toEqual([{ requests: 10, limited: 7 }]), { timeout: 25_000, interval: 1_000 });
  }, 30_000);
});
