import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { expect, it } from "vitest";
import { listLog } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys } from "../../../../shared/db/schema/index.ts";
import { flushUsage } from "../../../../shared/limits/flush-usage.ts";
import { minuteMs, parseApiKey } from "../../../../shared/platform/index.ts";
import { type SeededWorkspace, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";
import { memberOf } from "../../../helpers/worker/audit-log.ts";
import { seedMember } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);
const route = "DELETE /api/v1/keys/{prefix}";

/** Tells the database of three refusals in the last minute. */
async function refused(workspace: SeededWorkspace, principalId: string, userId: string): Promise<void> {
  const minute = Math.floor(Date.now() / minuteMs - 1) * minuteMs;
  const refusals = [{ workspaceId: workspace.id, principalId, userId, minute, route, code: "forbidden", count: 3 }];
  await flushUsage({ directory: db, database: () => db, now: Date.now }, { counts: [], refusals });
}

const entry = { action: "request.refuse", target: { kind: "request", id: route }, requestId: null, client: null, after: { code: "forbidden", count: 3 } };

it("refusals of a person are of no session, and found by the person alone", async () => {
  const workspace = await seedWorkspace();
  const [one, other] = [await seedMember(workspace, { role: "dev" }), await seedMember(workspace, { role: "dev" })];
  for (const userId of [one, other]) await refused(workspace, userId, userId);
  const byOne = { ...entry, actor: { kind: "session", id: null, key: null, user: { id: one } } };
  expect((await listLog(memberOf(workspace), { limit: 10, userId: one })).items).toMatchObject([byOne]);
  expect((await listLog(memberOf(workspace), { limit: 10, actorId: one })).items).toEqual([]);
  expect((await listLog(memberOf(workspace), { limit: 10, targetId: route })).items).toHaveLength(2);
});

it("refusals of a key are found by the key", async () => {
  const workspace = await seedWorkspace();
  const { prefix = "" } = parseApiKey(await seedKey(workspace)) ?? {};
  const id = (await db.query.apiKeys.findFirst({ where: eq(apiKeys.prefix, prefix) }))?.id ?? "";
  await refused(workspace, id, workspace.userId);
  await refused(workspace, workspace.userId, workspace.userId);
  const byKey = { ...entry, actor: { kind: "key", id, key: { prefix }, user: { id: workspace.userId } } };
  for (const actorId of [id, prefix]) expect((await listLog(memberOf(workspace), { limit: 10, actorId })).items).toMatchObject([byKey]);
});
