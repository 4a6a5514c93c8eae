import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { type Broadcast, createBroadcast, deliverBroadcast, endBroadcast, findBroadcasts, listBroadcasts } from "../../../../shared/broadcasts/index.ts";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog, broadcasts, events } from "../../../../shared/db/schema/index.ts";
import { type Context, createLog, dayMs, hourMs, newId } from "../../../../shared/platform/index.ts";
import { call, contextOf, type SeededWorkspace, seedWorkspace } from "../../../helpers/worker/api.ts";
import { cleanUp } from "../../../helpers/worker/clean-up.ts";
import { signInAs } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const said = { message: "Back at six.", audience: "everyone", expiresInSeconds: 3_600 } as const;

let workspace: SeededWorkspace;
let operator: Context;
beforeEach(async () => {
  workspace = await seedWorkspace({ isOperator: true });
  operator = contextOf(env, workspace);
  await db.delete(broadcasts);
});

/** Those who are online, in which each workspace has one connection. */
function online(...workspaceIds: string[]) {
  const told = new Map<string, Broadcast>();
  const live = {
    broadcast: vi.fn(async (workspaceId: string, broadcast: Broadcast) => {
      told.set(workspaceId, broadcast);
      return 1;
    }),
  };
  return { told, live, workspacesWith: vi.fn(async (_audience: string): Promise<readonly string[]> => workspaceIds) };
}
const deps = { db, log: createLog() };

describe("telling people something", () => {
  it("is stored, told and logged together", async () => {
    const broadcast = await createBroadcast(operator, said);
    expect(broadcast).toMatchObject({ message: "Back at six.", audience: "everyone" });
    expect(broadcast.expiresAt - broadcast.createdAt).toBe(hourMs);
    expect(await db.query.broadcasts.findFirst({ where: eq(broadcasts.id, broadcast.id) })).toEqual({ ...broadcast, createdBy: workspace.userId });
    const [{ eventId } = { eventId: "" }] = operator.dueEvents;
    expect(operator.dueEvents).toEqual([{ workspaceId: installationId, eventId }]);
    const event = await db.query.events.findFirst({ where: eq(events.id, eventId) });
    expect(event).toMatchObject({ type: "broadcast.created", workspaceId: installationId, data: { broadcastId: broadcast.id } });
    expect(await db.query.auditLog.findMany({ where: eq(auditLog.targetId, broadcast.id) })).toMatchObject([
      { action: "broadcast.create", workspaceId: installationId, userId: workspace.userId, details: { after: { message: "Back at six." } } },
    ]);
  });

  it("is refused for a workspace that does not exist, and to who does not run the installation", async () => {
    await expect(createBroadcast(operator, { ...said, audience: `workspace:${newId("workspace")}` })).rejects.toMatchObject({ code: "not_found" });
    await expect(createBroadcast(contextOf(env, workspace, ["operations:read"]), said)).rejects.toMatchObject({ code: "forbidden" });
    expect(await db.$count(broadcasts)).toBe(0);
  });

  it("happens once for a request that is sent again, and is at the address that was told", async () => {
    const headers = { Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}`, "Idempotency-Key": newId("request") };
    const send = () => call("POST", "/api/admin/broadcast", { headers, body: { message: "  Once  " } });
    const [first, second] = [await send(), await send()];
    expect([first.status, second.status, second.headers.get("Idempotency-Replayed")]).toEqual([201, 201, "true"]);
    const answer = await first.json<Broadcast>();
    expect(answer).toMatchObject({ message: "Once", audience: "everyone" });
    expect(await second.json()).toEqual(answer);
    expect(await db.$count(broadcasts)).toBe(1);
  });

  it.each([
    { what: "no text", body: { message: "  " } },
    { what: "a text that is too long", body: { message: "x".repeat(1_001) } },
    { what: "an audience that nobody is", body: { message: "Hi", audience: "role:owner" } },
    { what: "a workspace that cannot be", body: { message: "Hi", audience: "workspace:all" } },
    { what: "less than a minute", body: { message: "Hi", expiresInSeconds: 59 } },
    { what: "more than a week", body: { message: "Hi", expiresInSeconds: 7 * 86_400 + 1 } },
  ])("is refused with $what", async ({ body }) => {
    const headers = { Authorization: `Bearer ${(await signInAs(workspace.userId)).accessToken}` };
    expect((await call("POST", "/api/admin/broadcast", { headers, body })).status).toBe(422);
  });
});

describe("delivering a broadcast", () => {
  it("tells every workspace in which people are, of its audience", async () => {
    const broadcast = await createBroadcast(operator, { ...said, audience: "role:admin" });
    const ids = Array.from({ length: 20 }, () => newId("workspace"));
    const { told, ...places } = online(...ids);
    expect(await deliverBroadcast({ ...deps, ...places }, broadcast.id)).toBe(20);
    expect(places.workspacesWith).toHaveBeenCalledWith("role:admin");
    expect([...told.keys()].sort()).toEqual(ids.toSorted());
    expect([...told.values()].every((each) => JSON.stringify(each) === JSON.stringify(broadcast))).toBe(true);
  });

  it("is tried again when one workspace could not be told, which keeps no other from it", async () => {
    const broadcast = await createBroadcast(operator, said);
    const [lost, ...others] = [newId("workspace"), newId("workspace"), newId("workspace")];
    const { told, live, workspacesWith } = online(lost, ...others);
    live.broadcast.mockRejectedValueOnce(new Error("The object is gone."));
    await expect(deliverBroadcast({ ...deps, live, workspacesWith }, broadcast.id)).rejects.toThrow("The object is gone.");
    expect([...told.keys()].sort()).toEqual(others.toSorted());
    expect(await deliverBroadcast({ ...deps, live, workspacesWith }, broadcast.id)).toBe(3);
  });

  it("tells the same workspaces that it has ended, and nobody of one that is gone", async () => {
    const broadcast = await createBroadcast(operator, said);
    await endBroadcast(operator, broadcast.id);
    const { eventId = "" } = operator.dueEvents.at(-1) ?? {};
    const event = await db.query.events.findFirst({ where: eq(events.id, eventId) });
    expect(event).toMatchObject({ type: "broadcast.ended", workspaceId: installationId, data: { broadcastId: broadcast.id } });
    const workspaceId = newId("workspace");
    const { told, ...places } = online(workspaceId);
    await deliverBroadcast({ ...deps, ...places }, broadcast.id);
    const now = Date.now();
    expect([...told]).toEqual([[workspaceId, { ...broadcast, expiresAt: expect.any(Number) }]]);
    expect(told.get(workspaceId)?.expiresAt).toBeLessThanOrEqual(now);
    told.clear();
    expect(await deliverBroadcast({ ...deps, ...places }, newId("broadcast"))).toBe(0);
    expect(told.size).toBe(0);
  });
});

describe("what is shown to who comes later", () => {
  it("is what still holds, oldest first", async () => {
    const first = await createBroadcast(operator, said);
    const short = await createBroadcast(operator, { ...said, expiresInSeconds: 60 });
    const last = await createBroadcast(operator, said);
    expect(await findBroadcasts(db, workspace.id, Date.now())).toEqual([first, short, last]);
    expect(await findBroadcasts(db, workspace.id, short.expiresAt)).toEqual([first, last]);
    expect(await findBroadcasts(db, workspace.id, last.expiresAt)).toEqual([]);
  });

  it("is what is for this workspace, however much is told to others", async () => {
    const mine = await createBroadcast(operator, said);
    const here = await createBroadcast(operator, { ...said, audience: `workspace:${workspace.id}` });
    const role = await createBroadcast(operator, { ...said, audience: "role:qa" });
    const audience = `workspace:${(await seedWorkspace()).id}` as const;
    for (let i = 0; i < 50; i++) await createBroadcast(operator, { ...said, audience });
    expect(await findBroadcasts(db, workspace.id, Date.now())).toEqual([mine, here, role]);
  });

  it("is not what an operator ended, who ends it once", async () => {
    const broadcast = await createBroadcast(operator, said);
    const ended = await Promise.allSettled([endBroadcast(operator, broadcast.id), endBroadcast(operator, broadcast.id)]);
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(endBroadcast(operator, broadcast.id)).rejects.toMatchObject({ code: "not_found" });
    expect(await findBroadcasts(db, workspace.id, Date.now())).toEqual([]);
    expect((await listBroadcasts(operator, { limit: 10 })).items).toMatchObject([{ id: broadcast.id, state: "ended", createdBy: workspace.userId }]);
  });
});

describe("the list of broadcasts", () => {
  it("comes in pages, newest first, and by whether they still hold", async () => {
    const made = [await createBroadcast(operator, said), await createBroadcast(operator, said), await createBroadcast(operator, said)];
    const [one = "", two = "", three = ""] = made.map(({ id }) => id);
    await endBroadcast(operator, two);
    const idsOf = async (query: Parameters<typeof listBroadcasts>[1]) => (await listBroadcasts(operator, query)).items.map(({ id }) => id);
    const page = await listBroadcasts(operator, { limit: 2 });
    expect(page.items.map(({ id }) => id)).toEqual([three, two]);
    expect(await idsOf({ limit: 2, cursor: page.nextCursor })).toEqual([one]);
    expect(await idsOf({ limit: 10, state: "current" })).toEqual([three, one]);
    expect(await idsOf({ limit: 10, state: "ended" })).toEqual([two]);
  });

  it("forgets what ended a month ago", async () => {
    const { id, expiresAt } = await createBroadcast(operator, said);
    expect(await cleanUp(expiresAt + 30 * dayMs - 1)).toMatchObject({ broadcasts: 0 });
    expect(await cleanUp(expiresAt + 30 * dayMs)).toMatchObject({ broadcasts: 1 });
    expect(await db.$count(broadcasts, eq(broadcasts.id, id))).toBe(0);
  });
});
