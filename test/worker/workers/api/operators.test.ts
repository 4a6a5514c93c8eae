import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { listUsers, listWorkspaces } from "../../../../shared/administration/index.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog, idempotency, jobs, members, sessions, usage, users, workspaces } from "../../../../shared/db/schema/index.ts";
import { JobList } from "../../../../shared/jobs/index.ts";
import { type Context, dayMs, newId } from "../../../../shared/platform/index.ts";
import { Problem } from "../../../../workers/api/problem.ts";
import { call, contextOf, outcomeOf, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, seedMember, signedIn, signInAs } from "../../../helpers/worker/people.ts";
import { planOf } from "../../../helpers/worker/query-plan.ts";
import { addressOf, sampleRoutes } from "../../../helpers/worker/route-samples.ts";

const db = directoryDatabase(env);

/** An operator who belongs to no workspace. */
async function seedOperator(): Promise<string> {
  const { id, userId } = await seedWorkspace({ isOperator: true });
  await db.delete(members).where(and(eq(members.workspaceId, id), eq(members.userId, userId)));
  return userId;
}

let operatorId = "";
let operator: SignedIn;
beforeEach(async () => {
  operatorId = await seedOperator();
  operator = await signedIn(operatorId);
});

interface Listed {
  readonly items: readonly { readonly id: string }[];
  readonly nextCursor?: string;
}
const listed = async (path: string): Promise<Listed> => (await operator("GET", path)).json<Listed>();

/** Every id of a list, read in pages of two. */
async function idsOf(path: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await listed(`${path}${path.includes("?") ? "&" : "?"}limit=2${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    ids.push(...items.map(({ id }) => id));
    if (nextCursor === undefined) return ids;
    cursor = nextCursor;
  }
}

describe("an operator who belongs to no workspace", () => {
  const ofOperators = sampleRoutes.filter(({ permission }) => permission.startsWith("operations:"));

  it.each(ofOperators)("is let in: $name", async (route) => {
    const answer = await operator(route.method.toUpperCase(), addressOf(route, route.thing?.unknown()), route.body);
    await answer.body?.cancel();
    expect([200, 201, 202, 204, 404]).toContain(answer.status);
  });

  it("may do nothing in a workspace, nor name one that is not theirs", async () => {
    expect((await operator("GET", "/api/v1/audits")).status).toBe(403);
    const { id } = await seedWorkspace();
    expect((await (await signedIn(operatorId, id))("GET", "/api/admin/dead-letters")).status).toBe(403);
  });

  it("is in the installation's log, and in nobody's usage", async () => {
    const target = await seedMember(await seedWorkspace(), { role: "dev" });
    expect((await operator("POST", `/api/admin/users/${target}/sign-out`)).status).toBe(204);
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, target) });
    expect(entries).toMatchObject([{ action: "user.sign-out", workspaceId: installationId, actorKind: "session", userId: operatorId }]);
    expect(await db.$count(usage, eq(usage.userId, operatorId))).toBe(0);
  });

  it("makes a workspace once, however often the same request comes", async () => {
    const { accessToken } = await signInAs(operatorId);
    const headers = { Authorization: `Bearer ${accessToken}`, "Idempotency-Key": newId("request") };
    const make = async () => (await call("POST", "/api/admin/workspaces", { headers, body: { name: "Once" } })).json<{ id: string }>();
    const [first, second] = [await make(), await make()];
    expect(first).toEqual(second);
    expect(await db.$count(workspaces, eq(workspaces.id, first.id))).toBe(1);
    expect(await db.$count(idempotency, eq(idempotency.workspaceId, installationId))).toBeGreaterThan(0);
  });

  it("takes the installation's log along", async () => {
    const answer = await operator("GET", "/api/admin/audit-log/export?format=ndjson");
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("audit-log.export");
  });

  it("is refused as anybody else is once they are none", async () => {
    await db.update(users).set({ isOperator: false }).where(eq(users.id, operatorId));
    expect((await operator("GET", "/api/admin/dead-letters")).status).toBe(403);
  });
});

it("somebody of a workspace who is no operator is refused for the permission that only operators have", async () => {
  const { userId } = await seedWorkspace();
  const answer = await (await signedIn(userId))("GET", "/api/admin/users");
  expect(Problem.parse(await answer.json())).toMatchObject({
    status: 403,
    detail: "This needs the permission operations:read, which only operators of the installation have.",
  });
});

describe("the list of workspaces", () => {
  it("shows who is in them and what is under way, in pages, newest first", async () => {
    const made = [await seedWorkspace(), await seedWorkspace(), await seedWorkspace()];
    const [first] = made;
    if (first === undefined) throw new Error("nothing was made");
    await seedMember(first, { role: "qa" });
    await seedAudit(first, "queued");
    await seedAudit(first);
    const ids = await idsOf("/api/admin/workspaces");
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(ids).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    const { items } = await listed("/api/admin/workspaces?limit=100");
    expect(items).toContainEqual({
      id: first.id,
      name: "Test",
      members: 2,
      unfinishedAudits: 1,
      liveShards: 1,
      suspendedAt: null,
      createdAt: expect.any(Number),
    });
  });

  it("finds those whose name begins so, whatever its characters mean elsewhere", async () => {
    const { id } = await seedWorkspace();
    const other = await seedWorkspace();
    await db.update(workspaces).set({ name: "100% Größe_x" }).where(eq(workspaces.id, id));
    await db.update(workspaces).set({ name: "100 of them" }).where(eq(workspaces.id, other.id));
    expect(await idsOf(`/api/admin/workspaces?q=${encodeURIComponent("100% GRöße_")}`)).toEqual([id]);
    expect(await idsOf("/api/admin/workspaces?q=100")).toEqual([other.id, id]);
    expect(await idsOf("/api/admin/workspaces?q=of")).toEqual([]);
  });

  it("tells those that are suspended from those that are not", async () => {
    const { id } = await seedWorkspace();
    await operator("POST", `/api/admin/workspaces/${id}/suspend`);
    expect(await idsOf("/api/admin/workspaces?state=suspended")).toContain(id);
    expect(await idsOf("/api/admin/workspaces?state=active")).not.toContain(id);
  });
});

describe("who and what is suspended", () => {
  it.each([
    { index: "workspaces_suspended", list: (ctx: Context) => listWorkspaces(ctx, [], { limit: 10, state: "suspended" }) },
    { index: "users_suspended", list: (ctx: Context) => listUsers(ctx, { limit: 10, state: "suspended" }) },
  ])("is found by $index, however many are not", async ({ index, list }) => {
    const ctx = contextOf(env, await seedWorkspace());
    expect(await planOf((directory) => list({ ...ctx, directory }))).toMatch(new RegExp(`(?:SCAN|SEARCH) \\w+ USING INDEX ${index}`));
  });
});

describe("the list of people", () => {
  it("finds somebody by their whole address, however it is written", async () => {
    const workspace = await seedWorkspace();
    const { items } = await listed(`/api/admin/users?email=${encodeURIComponent(` ${workspace.userId.toUpperCase()}@EXAMPLE.com`)}`);
    expect(items).toEqual([
      {
        id: workspace.userId,
        email: `${workspace.userId}@example.com`,
        name: "",
        isOperator: false,
        workspaces: 1,
        suspendedAt: null,
        createdAt: expect.any(Number),
      },
    ]);
    expect((await listed("/api/admin/users?email=nobody@example.com")).items).toEqual([]);
    expect((await operator("GET", "/api/admin/users?email=nobody")).status).toBe(422);
  });

  it("shows everybody in pages, newest first, and who is suspended", async () => {
    const { userId } = await seedWorkspace();
    await operator("POST", `/api/admin/users/${userId}/suspend`);
    const ids = await idsOf("/api/admin/users");
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([userId, operatorId]));
    expect(await idsOf("/api/admin/users?state=suspended")).toContain(userId);
    expect(await idsOf("/api/admin/users?state=active")).not.toContain(userId);
  });
});

describe("spreading a workspace's connections", () => {
  const spread = (id: string, liveShards: unknown) => operator("PATCH", `/api/admin/workspaces/${id}`, { liveShards });

  it("is stored, told and logged once", async () => {
    const { id } = await seedWorkspace();
    expect(await (await spread(id, 4)).json()).toMatchObject({ id, liveShards: 4, members: 1 });
    expect(await (await spread(id, 4)).json()).toMatchObject({ id, liveShards: 4 });
    const told = await db.query.events.findMany({ where: (event, { eq: is }) => is(event.workspaceId, id) });
    expect(told).toMatchObject([{ type: "workspace.resharded", data: { liveShards: 4 } }]);
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, id) });
    expect(entries).toMatchObject([
      { action: "workspace.reshard", workspaceId: installationId, details: { before: { liveShards: 1 }, after: { liveShards: 4 } } },
    ]);
  });

  it.each([0, 65, 1.5, "4"])("is refused for %j", async (shards) => {
    expect((await spread((await seedWorkspace()).id, shards)).status).toBe(422);
  });

  it("is refused for a workspace that does not exist", async () => {
    expect((await spread(newId("workspace"), 4)).status).toBe(404);
  });
});

describe("background jobs", () => {
  async function seedJob(values: Partial<typeof jobs.$inferInsert> = {}): Promise<string> {
    const id = newId("job");
    const now = Date.now();
    const row = { workspaceId: installationId, type: "mail.send", state: "failed", input: {}, dueAt: now + dayMs, createdAt: now, updatedAt: now } as const;
    await db.insert(jobs).values({ ...row, id, ...values });
    return id;
  }
  const stateOf = async (id: string) => (await db.query.jobs.findFirst({ where: eq(jobs.id, id) }))?.state ?? "none";
  const retry = (id: string) => operator("POST", `/api/admin/jobs/${id}/retry`);
  const drop = (id: string) => operator("DELETE", `/api/admin/jobs/${id}`);

  it("are listed without an e-mail address, with the ids of what they are about", async () => {
    const userId = newId("user");
    const input = { userId, addresses: ["ada@example.com", "Ada.Old@example.com"], before: 1 };
    const error = "550 <ada@example.com>: no such user, nor ada.old@EXAMPLE.com";
    const id = await seedJob({ type: "person.erase", input, error, failures: 100 });
    const answer = await operator("GET", "/api/admin/jobs?limit=100");
    const text = await answer.text();
    expect(text.toLowerCase()).not.toContain("@example.com");
    expect(JobList.parse(JSON.parse(text)).items).toContainEqual({
      ...{ id, type: "person.erase", state: "failed", workspaceId: null, about: [userId], progress: 0, failures: 100 },
      error: "550 <[address]>: no such user, nor [address]",
      ...{ dueAt: expect.any(Number), createdAt: expect.any(Number), updatedAt: expect.any(Number) },
    });
  });

  it("are listed newest first, in pages, by state and type", async () => {
    const made = [await seedJob(), await seedJob({ state: "queued" }), await seedJob({ type: "audit.purge" })];
    const ids = await idsOf("/api/admin/jobs");
    expect(ids).toEqual(ids.toSorted().reverse());
    expect(ids).toEqual(expect.arrayContaining(made));
    expect(await idsOf("/api/admin/jobs?state=queued&type=mail.send")).toContain(made[1]);
    const failedMails = await idsOf("/api/admin/jobs?state=failed&type=mail.send");
    expect(made.map((id) => failedMails.includes(id))).toEqual([true, false, false]);
    expect((await operator("GET", "/api/admin/jobs?type=unknown")).status).toBe(422);
  });

  it("that failed are done again, by one of many who ask at once", async () => {
    const id = await seedJob({ type: "audit.purge", input: { auditId: newId("audit") }, failures: 100, error: "It broke." });
    const answers = await Promise.all([retry(id), retry(id), retry(id)]);
    expect(answers.map(({ status }) => String(status)).sort()).toEqual(["204", "409", "409"]);
    await expect.poll(() => stateOf(id), { timeout: 10_000 }).toBe("succeeded");
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, id) });
    expect(entries).toMatchObject([{ action: "job.retry", workspaceId: installationId, details: { before: { state: "failed", failures: 100 } } }]);
  });

  it.each(["queued", "running", "succeeded"] as const)("that are %s are not started again", async (state) => {
    const id = await seedJob({ state, leaseUntil: Date.now() + dayMs });
    expect((await retry(id)).status).toBe(409);
    expect(await stateOf(id)).toBe(state);
  });

  it.each([
    { state: "failed", type: "mail.send", status: 204, left: "none" },
    { state: "queued", type: "mail.send", status: 204, left: "none" },
    { state: "failed", type: "a type of another version", status: 204, left: "none" },
    { state: "running", type: "mail.send", status: 409, left: "running" },
    { state: "succeeded", type: "mail.send", status: 409, left: "succeeded" },
    { state: "failed", type: "person.erase", status: 409, left: "failed" },
    { state: "queued", type: "workspace.erase", status: 409, left: "queued" },
    { state: "failed", type: "limiters.erase", status: 409, left: "failed" },
    { state: "failed", type: "audit.purge", status: 409, left: "failed" },
  ] as const)("of the type $type that are $state answer $status when they are dropped", async ({ state, type, status, left }) => {
    const id = await seedJob({ state, type, leaseUntil: Date.now() + dayMs });
    expect((await drop(id)).status).toBe(status);
    expect(await stateOf(id)).toBe(left);
    expect(await db.$count(auditLog, and(eq(auditLog.targetId, id), eq(auditLog.action, "job.drop")))).toBe(status === 204 ? 1 : 0);
  });

  it("that do not exist are not found", async () => {
    expect([(await retry(newId("job"))).status, (await drop(newId("job"))).status]).toEqual([404, 404]);
  });
});

describe("disconnecting somebody", () => {
  it("ends their sessions only when that is asked for", async () => {
    const { userId } = await seedWorkspace();
    const person = await signedIn(userId);
    await signInAs(userId);
    await db.insert(sessions).values({ id: newId("session"), userId, createdAt: 1, lastUsedAt: 1, expiresAt: 2 });
    const path = `/api/admin/users/${userId}/disconnect`;
    expect(await (await operator("POST", path)).json()).toEqual({ connections: 0, sessions: 0 });
    expect((await person("GET", "/api/v1/me")).status).toBe(200);
    expect(await (await operator("POST", path, { revokeSessions: true })).json()).toEqual({ connections: 0, sessions: 2 });
    expect(await outcomeOf(await person("GET", "/api/v1/me"))).toMatchObject({ status: 401 });
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, userId), orderBy: auditLog.seq });
    expect(entries.map(({ action }) => action)).toEqual(["user.disconnect", "user.sign-out", "user.disconnect"]);
  });

  it("is refused for somebody who does not exist", async () => {
    expect((await operator("POST", `/api/admin/users/${newId("user")}/disconnect`)).status).toBe(404);
  });
});

it("a key of an operator works as before, in its workspace", async () => {
  const workspace = await seedWorkspace({ isOperator: true });
  expect((await call("GET", "/api/admin/users", { key: await seedKey(workspace) })).status).toBe(200);
  expect((await call("GET", "/api/admin/users", { key: await seedKey(workspace, { scopes: ["audits:read"] }) })).status).toBe(403);
});
