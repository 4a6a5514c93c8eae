import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { noRequest, type Refusal, recordChange, recordRefusals } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog } from "../../../../shared/db/schema/index.ts";
import { commit, minuteMs, newId } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { entriesOf, memberOf, verified } from "../../../helpers/worker/audit-log.ts";
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
    expect(await entriesOf(workspace)).toMatchObject([
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
    expect(await entriesOf({ id: installationId })).toMatchObject([{ actorKind: "visitor", actorId: null, userId: null, targetId: "nobody", details: null }]);
  });

  it("who signed in, when the request could not", async () => {
    await commit(db, [recordChange(visitorOfTest(), db, { action: "session.start", targetId: newId("session"), userId: workspace.userId })]);
    expect(await entriesOf({ id: installationId })).toMatchObject([{ actorKind: "visitor", userId: workspace.userId }]);
  });

  it("which person asked about themselves", async () => {
    const person = { ...visitorOfTest(), userId: workspace.userId, sessionId: newId("session") };
    await commit(db, [recordChange(person, db, { action: "user.update", targetId: workspace.userId, aboutUserId: workspace.userId })]);
    const entry = { actorKind: "session", actorId: person.sessionId, userId: workspace.userId, aboutUserId: workspace.userId };
    expect(await entriesOf({ id: installationId })).toMatchObject([entry]);
  });

  it("that Mentha did it by itself", async () => {
    const who = { actor: { kind: "system" }, requestId: noRequest, client: { ip: null, userAgent: null }, now: Date.now, workspaceId: workspace.id } as const;
    await commit(db, [recordChange(who, db, { action: "audit.delete", targetId: newId("audit") })]);
    expect(await entriesOf(workspace)).toMatchObject([{ actorKind: "system", actorId: null, userId: null }]);
  });

  it("no secret that a verb gave it by mistake", async () => {
    await commit(db, [recordChange(memberOf(workspace), db, { action: "key.generate", targetId: newId("key"), after: { hash: "canary", name: "n" } })]);
    expect(await entriesOf(workspace)).toMatchObject([{ details: { after: { hash: "***", name: "n" } } }]);
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
    expect(await entriesOf(workspace)).toMatchObject([
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
    const once = await entriesOf(workspace);
    await verified(workspace);
    await record(refusal(), refusal({ count: 8 }));
    expect(await entriesOf(workspace)).toEqual(once);
  });

  it.each([
    ["caller", { actorId: "key_b" }],
    ["minute", { minute: minute + minuteMs }],
    ["route", { route: "POST /api/v1/projects" }],
    ["reason", { code: "not_found" }],
  ])("is another entry for another %s", async (_, more) => {
    await record(refusal(), refusal(more));
    expect(await entriesOf(workspace)).toHaveLength(2);
  });

  it("of two workspaces are two entries", async () => {
    const other = await seedWorkspace();
    await record(refusal(), refusal({ workspaceId: other.id }));
    expect([await entriesOf(workspace), await entriesOf(other)].map(({ length }) => length)).toEqual([1, 1]);
  });
});
