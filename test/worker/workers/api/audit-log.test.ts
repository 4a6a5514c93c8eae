import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Change, LogEntryList, LogVerification, listLog, recordChange } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { apiKeys, auditLog, members, users } from "../../../../shared/db/schema/index.ts";
import { type Context, commit, newId, parseApiKey } from "../../../../shared/platform/index.ts";
import { call, type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf, seedEntries } from "../../../helpers/worker/audit-log.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { seedMember, visitorOfTest } from "../../../helpers/worker/people.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";

const path = "/api/v1/audit-log";
const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let key = "";
beforeEach(async () => {
  workspace = await seedWorkspace();
  key = await seedKey(workspace);
});

const list = async (query = "", by = key): Promise<LogEntryList> =>
  LogEntryList.strict().parse(await (await call("GET", `${path}${query}`, { key: by })).json());
const record = (change: Change, ctx: Context = memberOf(workspace)) => commit(db, [recordChange(ctx, db, change)]);
const ids = ({ items }: LogEntryList) => items.map(({ id }) => id);
/** The workspace's ids, newest first. */
const stored = async () => (await entriesOf(workspace.id)).map(({ id }) => id).toReversed();

describe("the list of the audit log", () => {
  it("says who did what to what, from where, with which request", async () => {
    await db.update(users).set({ name: "Ada" }).where(eq(users.id, workspace.userId));
    const ctx = memberOf(workspace);
    const targetId = newId("project");
    await record({ action: "project.update", targetId, before: { name: "a" }, after: { name: "b" } }, ctx);
    const { items } = await list();
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^log_/),
        at: expect.any(Number),
        action: "project.update",
        actor: { kind: "session", id: ctx.actor.id, key: null, user: { id: workspace.userId, name: "Ada", email: `${workspace.userId}@example.com` } },
        target: { kind: "project", id: targetId },
        requestId: ctx.requestId,
        client: { ip: "203.0.113.7", userAgent: "test/1" },
        before: { name: "a" },
        after: { name: "b" },
        isErased: false,
      },
    ]);
  });

  it("is newest first, page by page, and stable while more is written", async () => {
    await seedEntries(workspace, 5);
    const expected = await stored();
    const first = await list("?limit=2");
    await seedEntries(workspace, 2);
    const second = await list(`?limit=2&cursor=${first.nextCursor}`);
    const third = await list(`?limit=2&cursor=${second.nextCursor}`);
    expect([...ids(first), ...ids(second), ...ids(third)]).toEqual(expected);
    expect(third.nextCursor).toBeUndefined();
  });

  it("shows what somebody spoilt in the database as missing", async () => {
    await seedEntries(workspace, 1);
    await env.DB.prepare("UPDATE audit_log SET details = 'no JSON', client = '5' WHERE workspace_id = ?").bind(workspace.id).run();
    expect((await list()).items).toMatchObject([{ client: null, before: null, after: null }]);
  });

  it("shows nothing of another workspace or of the installation", async () => {
    const other = await seedWorkspace();
    await seedEntries(other, 2);
    await commit(db, [recordChange(visitorOfTest(), db, { action: "session.start", targetId: newId("session"), userId: workspace.userId })]);
    expect(await list()).toEqual({ items: [] });
    const [entry] = await entriesOf(other.id);
    expect(await list(`?targetId=${entry?.targetId}`)).toEqual({ items: [] });
  });

  it("has of somebody who left the id alone, in the exports too", async () => {
    const userId = await seedMember(workspace, { role: "dev" });
    await record({ action: "project.create", targetId: newId("project") }, memberOf({ ...workspace, userId }));
    expect((await list("?action=project.create")).items).toMatchObject([{ actor: { user: { id: userId, email: `${userId}@example.com` } } }]);
    await db.delete(members).where(eq(members.userId, userId));
    await db.update(users).set({ name: "Canary", email: "canary@example.com" }).where(eq(users.id, userId));
    expect((await list("?action=project.create")).items).toMatchObject([{ actor: { user: { id: userId, name: null, email: null } } }]);
    for (const format of ["csv", "ndjson"]) {
      const text = await (await call("GET", `${path}/export?format=${format}&action=project.create`, { key })).text();
      expect(text).toContain(userId);
      expect(text).not.toMatch(/canary/i);
    }
  });

  it("refuses a cursor that is none", async () => {
    expect((await call("GET", `${path}?cursor=nonsense`, { key })).status).toBe(422);
  });
});

describe("what an API key did", () => {
  const made = async (by: string) => {
    expect((await call("POST", "/api/v1/projects", { key: by, body: { name: "Shop" } })).status).toBe(201);
  };
  const idOf = async (of: string) => (await db.query.apiKeys.findFirst({ where: eq(apiKeys.prefix, prefixOf(of)) }))?.id ?? "";
  const prefixOf = (of: string) => parseApiKey(of)?.prefix ?? "";

  it("is shown with what names the key elsewhere", async () => {
    await made(key);
    const { items } = await list();
    expect(items).toMatchObject([
      { actor: { kind: "key", id: await idOf(key), key: { prefix: prefixOf(key), name: "test" }, user: { id: workspace.userId } } },
    ]);
    const text = await (await call("GET", `${path}/export?format=csv&action=project.create`, { key })).text();
    expect(text).toContain(`,"${prefixOf(key)}",`);
  });

  it("is found by the prefix of the key, in the export too, and by its id", async () => {
    const other = await seedKey(workspace);
    await made(key);
    await made(other);
    const [byPrefix, byId] = [await list(`?actorId=${prefixOf(other)}`), await list(`?actorId=${await idOf(other)}`)];
    expect(byPrefix.items).toMatchObject([{ actor: { key: { prefix: prefixOf(other) } } }]);
    expect(byId).toEqual(byPrefix);
    const text = await (await call("GET", `${path}/export?format=ndjson&actorId=${prefixOf(other)}`, { key })).text();
    expect(text.trimEnd().split("\n")).toHaveLength(1);
  });

  it("is found by nothing that names no key", async () => {
    await made(key);
    for (const none of ["mk_test_00000000", prefixOf(key).slice(0, -1)]) expect(await list(`?actorId=${none}`)).toEqual({ items: [] });
  });

  it("stays, by the id of the key, when the key is gone", async () => {
    const other = await seedKey(workspace);
    await made(other);
    const id = await idOf(other);
    await db.delete(apiKeys).where(eq(apiKeys.id, id));
    expect((await list(`?actorId=${id}`)).items).toMatchObject([{ actor: { kind: "key", id, key: null } }]);
  });

  it("names no key of another workspace, and is not found by its prefix", async () => {
    const elsewhere = await seedKey(await seedWorkspace());
    const ctx = memberOf(workspace);
    const actor = { ...ctx.actor, kind: "key", id: await idOf(elsewhere), expiresAt: null, allowedIps: [], limits: {} } as const;
    await record({ action: "site.add", targetId: newId("site") }, { ...ctx, actor });
    expect((await list()).items).toMatchObject([{ actor: { kind: "key", id: actor.id, key: null } }]);
    expect(await list(`?actorId=${prefixOf(elsewhere)}`)).toEqual({ items: [] });
  });
});

describe("the list can be narrowed to", () => {
  let other = "";
  let targetId = "";
  let wanted: Readonly<Record<string, string>> = {};
  const at = Date.UTC(2026, 0, 10);
  beforeEach(async () => {
    other = await seedMember(workspace, { role: "qa" });
    const by = memberOf({ ...workspace, userId: other }, { now: () => at });
    targetId = newId("site");
    await seedEntries(workspace, 3);
    await record({ action: "site.add", targetId }, by);
    await seedEntries(workspace, 3);
    wanted = { action: "site.add", userId: other, actorId: by.actor.id, targetId, from: String(at), to: String(at + 1) };
  });

  it.each([["action"], ["userId"], ["actorId"], ["targetId"], ["to"], ["from", "to"]])("%s %s", async (...names) => {
    const query = new URLSearchParams(names.map((name) => [name, wanted[name] ?? ""]));
    const { items, nextCursor } = await list(`?${query.toString()}`);
    expect(items).toMatchObject([{ action: "site.add", target: { id: targetId } }]);
    expect(nextCursor).toBeUndefined();
  });

  it("a time, from its first millisecond on and without its end", async () => {
    expect((await list(`?from=${at + 1}&to=${at + 2}`)).items).toEqual([]);
    expect((await list(`?to=${at}`)).items).toEqual([]);
    expect((await list(`?from=${at}`)).items).toHaveLength(7);
  });

  it("several of these at once", async () => {
    expect((await list(`?action=site.add&userId=${workspace.userId}`)).items).toEqual([]);
    expect((await list(`?action=project.update&userId=${workspace.userId}&limit=4`)).items).toHaveLength(4);
  });

  it.each(["action=nothing", "userId=me", "from=yesterday", "color=red"])("nothing by %s", async (query) => {
    expect((await call("GET", `${path}?${query}`, { key })).status).toBe(422);
  });

  it("page by page as well", async () => {
    const first = await list("?action=project.update&limit=4");
    const second = await list(`?action=project.update&limit=4&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items]).toHaveLength(6);
    expect(second.nextCursor).toBeUndefined();
  });
});

describe("a filter that little fits", () => {
  beforeEach(async () => {
    await record({ action: "site.add", targetId: newId("site") });
    // As many more as one page looks at, in one statement.
    await env.DB.prepare(`INSERT INTO audit_log (id, workspace_id, at, action, actor_kind, target_kind, target_id, request_id)
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
      SELECT 'log_' || ?1 || i, ?1, 1000 + i, 'project.update', 'system', 'project', 'prj_x', '' FROM n`)
      .bind(workspace.id)
      .run();
  });

  it("makes a page look at 10,000 entries and say where to go on", async () => {
    const first = await list("?action=site.add");
    expect(first.items).toEqual([]);
    const second = await list(`?action=site.add&cursor=${first.nextCursor}`);
    expect(second.items).toHaveLength(1);
    expect(second.nextCursor).toBeUndefined();
  });

  it("ends when everything older is before the time that was asked for", async () => {
    expect(await list("?action=site.add&from=50000")).toEqual({ items: [] });
  });
});

describe("the export", () => {
  const exported = async (query: string) => {
    const answer = await call("GET", `${path}/export?${query}`, { key });
    return { answer, text: await answer.text() };
  };

  it("has every entry as a line of JSON, newest first, itself among them", async () => {
    await seedEntries(workspace, 400);
    await seedEntries(workspace, 400);
    const { answer, text } = await exported("format=ndjson");
    expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
    expect(answer.headers.get("Content-Disposition")).toMatch(/^attachment; filename="mentha-audit-log-\d{4}-\d\d-\d\d\.ndjson"$/);
    const lines = text.trimEnd().split("\n");
    const items = lines.map((line) => JSON.parse(line));
    expect(items.map(({ id }) => id)).toEqual(await stored());
    expect(LogEntryList.shape.items.element.strict().parse(items[0])).toMatchObject({
      action: "audit-log.export",
      actor: { kind: "key" },
      target: { kind: "audit-log", id: workspace.id },
      after: { format: "ndjson" },
    });
  });

  it("is in the log before the first entry leaves, also when nobody reads it", async () => {
    const answer = await call("GET", `${path}/export?format=csv&action=site.add`, { key });
    expect(await entriesOf(workspace.id)).toMatchObject([{ action: "audit-log.export", details: { after: { format: "csv", action: "site.add" } } }]);
    await answer.body?.cancel();
  });

  it("takes the same filters as the list", async () => {
    await seedEntries(workspace, 2);
    await record({ action: "site.add", targetId: newId("site") });
    const { text } = await exported("format=ndjson&action=site.add");
    expect(text.trimEnd().split("\n")).toHaveLength(1);
  });

  it.each([
    { lang: "en", heading: '"Time (UTC)"' },
    { lang: "es", heading: '"Fecha y hora (UTC)"' },
  ])("is a file for spreadsheets with headings in $lang", async ({ lang, heading }) => {
    await seedEntries(workspace, 1);
    const { answer, text } = await exported(`format=csv&lang=${lang}`);
    expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8; header=present");
    expect(text.startsWith(heading)).toBe(true);
    const rows = text.trimEnd().split("\r\n");
    expect(rows).toHaveLength(3);
    expect(new Set(rows.map((row) => row.split('","').length))).toEqual(new Set([17]));
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\u202e=1"])("runs no formula of what people typed: %j", async (userAgent) => {
    await record({ action: "site.add", targetId: newId("site") }, memberOf(workspace, { client: { ip: null, userAgent } }));
    const { text } = await exported("format=csv&action=site.add");
    const cells = text.trimEnd().split("\r\n").at(-1)?.slice(1, -1).split('","');
    expect(cells?.[13]).toMatch(/^ ?'/);
  });

  it("is refused in a format that there is not", async () => {
    expect((await call("GET", `${path}/export?format=xml`, { key })).status).toBe(422);
    expect(await entriesOf(workspace.id)).toEqual([]);
  });
});

describe("verifying over HTTP", () => {
  it("says that the log holds, and what does not", async () => {
    await seedEntries(workspace, 3);
    const ask = async () => LogVerification.strict().parse(await (await call("GET", `${path}/verify`, { key })).json());
    expect(await ask()).toEqual({ holds: true, sealed: 3, erased: 0, unsealed: 0, sealedAt: expect.any(Number), problems: [] });
    const [, entry] = await entriesOf(workspace.id);
    await env.DB.prepare("UPDATE audit_log SET target_id = 'prj_x' WHERE id = ?").bind(entry?.id).run();
    expect(await ask()).toMatchObject({ holds: false, sealed: 2, problems: [{ kind: "entry-changed", entryId: entry?.id, at: entry?.at }] });
  });

  it("refuses a cursor of which there is no seal", async () => {
    await seedEntries(workspace, 60);
    const { nextCursor } = await list("?limit=2");
    expect((await call("GET", `${path}/verify?cursor=${nextCursor}`, { key })).status).toBe(422);
  });
});

describe("the installation's log", () => {
  const admin = "/api/admin/audit-log";
  let operatorKey = "";
  beforeAll(async () => {
    operatorKey = await seedKey(await seedWorkspace({ isOperator: true }));
  });

  it("is for operators, and has what belongs to no workspace", async () => {
    await db.delete(auditLog).where(eq(auditLog.workspaceId, installationId));
    await seedEntries(workspace, 1);
    await commit(db, [recordChange(visitorOfTest(), db, { action: "session.start", targetId: newId("session"), userId: workspace.userId })]);
    const { items } = LogEntryList.parse(await (await call("GET", admin, { key: operatorKey })).json());
    expect(items).toMatchObject([{ action: "session.start", actor: { kind: "visitor", user: { id: workspace.userId } } }]);
    const verified = LogVerification.parse(await (await call("GET", `${admin}/verify`, { key: operatorKey })).json());
    expect(verified).toMatchObject({ holds: true, sealed: 1 });
    const exported = await (await call("GET", `${admin}/export?format=ndjson`, { key: operatorKey })).text();
    expect(exported.trimEnd().split("\n")).toHaveLength(2);
  });

  it("names the key of an operator, whose workspace is another, and finds it by its prefix", async () => {
    const [prefix, byKey] = [parseApiKey(operatorKey)?.prefix, { key: operatorKey }];
    expect((await call("GET", `${admin}/export?format=ndjson`, byKey)).status).toBe(200);
    const { items } = LogEntryList.parse(await (await call("GET", `${admin}?actorId=${prefix}&limit=1`, byKey)).json());
    expect(items).toMatchObject([{ action: "audit-log.export", actor: { key: { prefix, name: "test" } } }]);
  });

  it.each(["", "/verify", "/export"])("is refused to others: %s", async (more) => {
    expect((await call("GET", admin + more, { key })).status).toBe(403);
  });
});

it("reads the index of a workspace, newest first, not the whole table", async () => {
  const planFor = (query: object) => planOf((database) => listLog(memberOf(workspace, { db: database }), { limit: 10, ...query }));
  expect(await planFor({})).toMatch(/SEARCH audit_log USING COVERING INDEX audit_log_workspace \(workspace_id=\?\)/);
  expect(await planFor({ targetId: "prj_x" })).toMatch(/SEARCH audit_log USING COVERING INDEX audit_log_target \(workspace_id=\? AND target_id=\?\)/);
});
