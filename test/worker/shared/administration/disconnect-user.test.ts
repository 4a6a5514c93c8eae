import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it, vi } from "vitest";
import { disconnectUser } from "../../../../shared/administration/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { auditLog, members } from "../../../../shared/db/schema/index.ts";
import { contextOf, seedWorkspace } from "../../../helpers/worker/api.ts";

const db = directoryDatabase(env);

it("somebody is disconnected in all of their workspaces, and in no other", async () => {
  const operator = await seedWorkspace({ isOperator: true });
  const [first, second] = [await seedWorkspace(), await seedWorkspace()];
  await db.insert(members).values({ workspaceId: second.id, userId: first.userId, role: "dev", createdAt: 1 });
  const close = vi.fn(async (workspaceId: string) => (workspaceId === first.id ? 2 : 1));
  expect(await disconnectUser(contextOf(env, operator), { close }, first.userId, {})).toEqual({ connections: 3, sessions: 0 });
  const closing = { reason: "disconnected", userId: first.userId, actorId: null };
  expect(close).toHaveBeenCalledTimes(2);
  for (const { id } of [first, second]) expect(close).toHaveBeenCalledWith(id, closing);
});

it("what cannot be reached is said, and it is in the log that it was tried", async () => {
  const operator = await seedWorkspace({ isOperator: true });
  const { userId } = await seedWorkspace();
  const close = () => Promise.reject(new Error("The object is gone."));
  await expect(disconnectUser(contextOf(env, operator), { close }, userId, {})).rejects.toMatchObject({ code: "unavailable", retryable: true });
  expect(await db.$count(auditLog, eq(auditLog.targetId, userId))).toBe(1);
});

it.each([
  { revokeSessions: true, told: 1 },
  { revokeSessions: false, told: 0 },
])("with their sessions ended ($revokeSessions), what could not be reached is told once more that their rights changed", async ({ revokeSessions, told }) => {
  const ctx = contextOf(env, await seedWorkspace({ isOperator: true }));
  const { userId } = await seedWorkspace();
  await expect(disconnectUser(ctx, { close: () => Promise.reject(new Error("The object is gone.")) }, userId, { revokeSessions })).rejects.toThrow();
  expect(ctx.rightsChanges).toEqual(Array.from({ length: told }, () => ({ workspaceId: null, userId, actorId: null })));
});
