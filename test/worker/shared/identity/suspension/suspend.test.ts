import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { directoryDatabase, installationId } from "../../../../../shared/db/client.ts";
import { auditLog, users, workspaces } from "../../../../../shared/db/schema/index.ts";
import { resumeUser, resumeWorkspace, suspendUser, suspendWorkspace } from "../../../../../shared/identity/index.ts";
import { newId } from "../../../../../shared/platform/index.ts";
import { contextOf, type SeededWorkspace, seedWorkspace } from "../../../../helpers/worker/api.ts";
import { injectFaults, once, stopFaults } from "../../../../helpers/worker/faults.ts";
import { withFaults } from "../../../../helpers/worker/faulty-bindings.ts";

const db = directoryDatabase(env);

let operator: SeededWorkspace;
let other: SeededWorkspace;
beforeEach(async () => {
  operator = await seedWorkspace({ isOperator: true });
  other = await seedWorkspace({ isOperator: true });
});

const entriesOf = async (targetId: string) => {
  const rows = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, targetId), orderBy: auditLog.seq });
  return rows.map(({ action, workspaceId, details, aboutUserId }) => ({ action, workspaceId, details, aboutUserId }));
};
const isSuspended = async (userId: string): Promise<boolean> => (await db.query.users.findFirst({ where: eq(users.id, userId) }))?.suspendedAt !== null;
const isClosed = async (id: string): Promise<boolean> => (await db.query.workspaces.findFirst({ where: eq(workspaces.id, id) }))?.suspendedAt !== null;

const things = [
  {
    what: "a person",
    idOf: ({ userId }: SeededWorkspace) => userId,
    suspend: suspendUser,
    resume: resumeUser,
    holds: isSuspended,
    unknown: () => newId("user"),
    change: (seeded: SeededWorkspace) => ({ workspaceId: null, userId: seeded.userId, actorId: null }),
    aboutUserId: (seeded: SeededWorkspace) => seeded.userId,
    actions: ["user.suspend", "user.resume"],
  },
  {
    what: "a workspace",
    idOf: ({ id }: SeededWorkspace) => id,
    suspend: suspendWorkspace,
    resume: resumeWorkspace,
    holds: isClosed,
    unknown: () => newId("workspace"),
    change: (seeded: SeededWorkspace) => ({ workspaceId: seeded.id, userId: null, actorId: null }),
    aboutUserId: () => null,
    actions: ["workspace.suspend", "workspace.resume"],
  },
] as const;

describe.each(things)("suspending $what", ({ idOf, suspend, resume, holds, unknown, change, aboutUserId, actions }) => {
  it("is in the installation's log, with the reason, and has open connections looked at", async () => {
    const ctx = contextOf(env, operator);
    await suspend(ctx, idOf(other), { reason: "ticket 4711" });
    expect(await holds(idOf(other))).toBe(true);
    const [entry] = await entriesOf(idOf(other));
    expect(entry).toEqual({
      action: actions[0],
      workspaceId: installationId,
      details: { before: { suspendedAt: null }, after: { suspendedAt: expect.any(Number), reason: "ticket 4711" } },
      aboutUserId: aboutUserId(other),
    });
    expect(ctx.rightsChanges).toEqual([change(other)]);
  });

  it("twice is as good as once, and has connections looked at again", async () => {
    await suspend(contextOf(env, operator), idOf(other), {});
    const again = contextOf(env, operator);
    await suspend(again, idOf(other), { reason: "again" });
    expect(await entriesOf(idOf(other))).toHaveLength(1);
    expect(again.rightsChanges).toEqual([change(other)]);
  });

  it.each([
    { fault: "fail-after", isDone: true },
    { fault: "fail-before", isDone: false },
  ] as const)("has open connections looked at although the database did not answer ($fault), and again when it is asked again", async ({ fault, isDone }) => {
    const ctx = contextOf(withFaults(env), operator);
    injectFaults(once("d1", fault, { text: '"suspended_at" = ?' }));
    await expect(suspend(ctx, idOf(other), {})).rejects.toMatchObject({ code: "unavailable" });
    expect(stopFaults()).toEqual([`d1 ${fault}`]);
    expect(await holds(idOf(other))).toBe(isDone);
    expect(ctx.rightsChanges).toEqual([change(other)]);
    const again = contextOf(env, operator);
    await suspend(again, idOf(other), {});
    expect(await holds(idOf(other))).toBe(true);
    expect(await entriesOf(idOf(other))).toHaveLength(1);
    expect(again.rightsChanges).toEqual([change(other)]);
  });

  it("by many at once succeeds for all of them, and happens once", async () => {
    await Promise.all(Array.from({ length: 5 }, () => suspend(contextOf(env, operator), idOf(other), {})));
    expect(await holds(idOf(other))).toBe(true);
    expect(await entriesOf(idOf(other))).toHaveLength(1);
  });

  it("ends when it is lifted, by one or by many at once", async () => {
    await suspend(contextOf(env, operator), idOf(other), {});
    await Promise.all(Array.from({ length: 5 }, () => resume(contextOf(env, operator), idOf(other))));
    expect(await holds(idOf(other))).toBe(false);
    await resume(contextOf(env, operator), idOf(other));
    expect((await entriesOf(idOf(other))).map(({ action }) => action)).toEqual(actions);
  });

  it("is refused for one that does not exist", async () => {
    await expect(suspend(contextOf(env, operator), unknown(), {})).rejects.toMatchObject({ code: "not_found" });
    await expect(resume(contextOf(env, operator), unknown())).rejects.toMatchObject({ code: "not_found" });
  });

  it("is refused to who may not run the installation", async () => {
    const ctx = contextOf(env, operator, ["operations:read"]);
    await expect(suspend(ctx, idOf(other), {})).rejects.toMatchObject({ code: "forbidden" });
    await expect(resume(ctx, idOf(other))).rejects.toMatchObject({ code: "forbidden" });
    expect(await holds(idOf(other))).toBe(false);
  });

  it("does nothing for an operator who was suspended since their request was let in", async () => {
    const ctx = contextOf(env, operator);
    await suspendUser(contextOf(env, other), operator.userId, {});
    await expect(suspend(ctx, idOf(other), {})).rejects.toMatchObject({ code: "forbidden" });
    expect(await holds(idOf(other))).toBe(false);
  });
});

describe("an operator", () => {
  it("cannot suspend themselves", async () => {
    await expect(suspendUser(contextOf(env, operator), operator.userId, {})).rejects.toMatchObject({ code: "conflict" });
    expect(await isSuspended(operator.userId)).toBe(false);
  });

  it("stays when two suspend each other at the same moment", async () => {
    const outcomes = await Promise.allSettled([
      suspendUser(contextOf(env, operator), other.userId, {}),
      suspendUser(contextOf(env, other), operator.userId, {}),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(Number(await isSuspended(operator.userId)) + Number(await isSuspended(other.userId))).toBe(1);
  });

  it("cannot lift what was put on themselves", async () => {
    await suspendUser(contextOf(env, other), operator.userId, {});
    await expect(resumeUser(contextOf(env, operator), operator.userId)).rejects.toMatchObject({ code: "forbidden" });
    expect(await isSuspended(operator.userId)).toBe(true);
  });
});

it("suspending a workspace is told in that workspace's name, whoever suspends it", async () => {
  const ctx = contextOf(env, operator);
  await suspendWorkspace(ctx, other.id, {});
  expect(ctx.dueEvents).toEqual([{ workspaceId: other.id, eventId: expect.stringMatching(/^evt_/) }]);
  expect(ctx.outbox).toEqual([]);
});
