import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { noRequest, type Refusal, recordChange, recordRefusals, recordWish } from "../../../../shared/audit-log/index.ts";
import { sealLog } from "../../../../shared/audit-log/seal-log.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog } from "../../../../shared/db/schema/index.ts";
import { commit, minuteMs, newId } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf, verified } from "../../../helpers/worker/audit-log.ts";
import { entriesOf } from "../../../helpers/worker/log-entries.ts";
import { visitorOfTest } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
let workspace: SeededWorkspace;
beforeEach(async () => {
  workspace = await seedWorkspace();
  await db.delete(auditLog);
});

describe("an entry says", () => {
  it("who, what, which, from where and in which request", async () => {
    const ctx = memberOf(workspace);
    const targetId = newId("project");
    await commit(db, [recordChange(ctx, db, { action: "project.update", targetId, before: { name: "a" }, after: { name: "b" } })]);
    expect(await entriesOf(workspace.id)).toMatchObject([
      {
        workspaceId: workspace.id,
        action: "project.update",
        actorKind: "session",
        actorId: ctx.actor.id,
        userId: workspace.userId,
        targetKind: "project",
        targetId,
        requestId: ctx.requestId,
        client: { ip: "203.0.113.7", userAgent: "test/1" },
        details: { before: { name: "a" }, after: { name: "b" } },
        aboutUserId: null,
      },
    ]);
  });

  it("that nobody was known yet, and belongs to the installation", async () => {
    const visitor = visitorOfTest();
    const nobody = sql`ifnull((select id from users where email = 'nobody@example.com'), 'nobody')`;
    await commit(db, [recordChange(visitor, db, { action: "user.forgot-password", targetId: nobody })]);
    expect(await entriesOf(installationId)).toMatchObject([{ actorKind: "visitor", actorId: null, userId: null, targetId: "nobody", details: null }]);
  });

  it("who signed in, when the request could not", async () => {
    await commit(db, [recordChange(visitorOfTest(), db, { action: "session.start", targetId: newId("session"), userId: workspace.userId })]);
    expect(await entriesOf(installationId)).toMatchObject([{ actorKind: "visitor", userId: workspace.userId }]);
  });

  it("which person asked about themselves", async () => {
    const person = { ...visitorOfTest(), userId: workspace.userId, sessionId: newId("session") };
    await commit(db, [recordChange(person, db, { action: "user.update", targetId: workspace.userId, aboutUserId: workspace.userId })]);
    const entry = { actorKind: "session", actorId: person.sessionId, userId: workspace.userId, aboutUserId: workspace.userId };
    expect(await entriesOf(installationId)).toMatchObject([entry]);
  });

  it("that Mentha did it by itself", async () => {
    const who = { actor: { kind: "system" }, requestId: noRequest, client: { ip: null, userAgent: null }, now: Date.now, workspaceId: workspace.id } as const;
    await commit(db, [recordChange(who, db, { action: "audit.delete", targetId: newId("audit") })]);
    expect(await entriesOf(workspace.id)).toMatchObject([{ actorKind: "system", actorId: null, userId: null }]);
  });

  it("no secret that a verb gave it by mistake", async () => {
    await commit(db, [recordChange(memberOf(workspace), db, { action: "key.generate", targetId: newId("key"), after: { hash: "canary", name: "n" } })]);
    expect(await entriesOf(workspace.id)).toMatchObject([{ details: { after: { hash: "***", name: "n" } } }]);
  });
});

describe("an entry has no secret", () => {
  const canary = `mk_live_${"a".repeat(49)}`;
  it.each([
    ["of the program that asked", { client: { ip: null, userAgent: `curl/8 ${canary}` } }, { client: { ip: null, userAgent: "curl/8 ***" } }],
    ["of the request's id", { requestId: canary }, { requestId: "***" }],
  ])("in the name %s", async (_, given, stored) => {
    await commit(db, [recordChange(memberOf(workspace, given), db, { action: "project.update", targetId: newId("project") })]);
    expect(await entriesOf(workspace.id)).toMatchObject([stored]);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 1 });
  });
});

describe("what a visitor asks for somebody", () => {
  const start = Math.floor(Date.now() / minuteMs) * minuteMs;
  const wish = (person: string | null, at = start) =>
    recordWish(visitorOfTest({ now: () => at }), db, { action: "user.forgot-password", person: sql`(select ${person})` });
  const targets = async () => (await entriesOf(installationId)).map(({ targetId, at }) => [targetId, at - start]);

  it("is an entry for each who is there, and for nobody one a minute, the first", async () => {
    const userId = newId("user");
    await commit(db, [wish(null, start + 5), wish(userId), wish(null, start + minuteMs - 1), wish(userId), wish(null, start + minuteMs)]);
    expect(await targets()).toEqual([
      ["nobody", 5],
      [userId, 0],
      [userId, 0],
      ["nobody", minuteMs],
    ]);
  });

  it("writes as much whether or not anybody is there, however often", async () => {
    const written = [];
    for (const person of [null, newId("user"), null, null]) {
      const [answer] = await db.batch([wish(person)]);
      written.push(Object(answer).meta.rows_written);
    }
    expect(written[0]).toBeGreaterThan(0);
    expect(new Set(written).size).toBe(1);
  });

  it("stays sealed when it is asked again", async () => {
    await commit(db, [wish(null)]);
    await sealLog({ ...memberOf(workspace), store: env.STORE }, installationId);
    const once = await entriesOf(installationId);
    await commit(db, [wish(null)]);
    expect(await entriesOf(installationId)).toEqual(once);
  });
});

describe("a minute of refusals", () => {
  const minute = Math.floor(Date.now() / minuteMs) * minuteMs;
  const refusal = (more: Partial<Refusal> = {}): Refusal => ({
    workspaceId: workspace.id,
    actorKind: "key",
    actorId: "key_a",
    userId: workspace.userId,
    minute,
    route: "DELETE /api/v1/projects/{id}",
    code: "forbidden",
    count: 7,
    ...more,
  });
  const record = (...refusals: Refusal[]) => commit(db, recordRefusals(db, refusals));

  it("is one entry", async () => {
    await record(refusal());
    expect(await entriesOf(workspace.id)).toMatchObject([
      {
        at: minute,
        action: "request.refuse",
        actorKind: "key",
        actorId: "key_a",
        userId: workspace.userId,
        targetKind: "request",
        targetId: "DELETE /api/v1/projects/{id}",
        client: null,
        details: { after: { code: "forbidden", count: 7 } },
      },
    ]);
    expect(await verified(workspace)).toMatchObject({ holds: true, sealed: 1 });
  });

  it("written twice changes nothing, even after it was sealed", async () => {
    await record(refusal());
    const once = await entriesOf(workspace.id);
    await verified(workspace);
    await record(refusal(), refusal({ count: 8 }));
    expect(await entriesOf(workspace.id)).toEqual(once);
  });

  it.each([
    ["key", { actorId: "key_b" }],
    ["caller, a person", { actorKind: "session", actorId: null } as const],
    ["minute", { minute: minute + minuteMs }],
    ["route", { route: "POST /api/v1/projects" }],
    ["reason", { code: "not_found" }],
  ])("is another entry for another %s", async (_, more) => {
    await record(refusal(), refusal(more));
    expect(await entriesOf(workspace.id)).toHaveLength(2);
  });

  it("of two people are two entries", async () => {
    const person = { actorKind: "session", actorId: null } as const;
    await record(refusal(person), refusal({ ...person, userId: newId("user") }));
    expect(await entriesOf(workspace.id)).toHaveLength(2);
  });

  it("of two workspaces are two entries", async () => {
    const other = await seedWorkspace();
    await record(refusal(), refusal({ workspaceId: other.id }));
    expect([await entriesOf(workspace.id), await entriesOf(other.id)].map(({ length }) => length)).toEqual([1, 1]);
  });
});
