import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { listLog } from "../../../../shared/audit-log/index.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { apiKeys, events, members } from "../../../../shared/db/schema/index.ts";
import { flushUsage } from "../../../../shared/limits/flush-usage.ts";
import { minuteMs, newId, parseApiKey } from "../../../../shared/platform/index.ts";
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

describe("a limit that refuses", () => {
  const day = "2026-11-22";
  /** Tells the database of all that a caller did on a day, and how much of it was refused. */
  const limited = (workspace: SeededWorkspace, principalId: string, refusedToday: number, of = day) =>
    flushUsage(
      { directory: db, database: () => db, now: Date.now },
      {
        counts: [
          {
            workspaceId: workspace.id,
            day: of,
            principalId,
            userId: workspace.userId,
            requests: 100 + refusedToday,
            errors: 0,
            limited: refusedToday,
            audits: 0,
          },
        ],
        refusals: [],
      },
    );
  const told = async ({ id }: SeededWorkspace) =>
    (
      await db
        .select()
        .from(events)
        .where(and(eq(events.workspaceId, id), eq(events.type, "limit.reached")))
    ).map(({ data }) => data);

  it("is told of once a day for each caller, however much is refused and however often that is told", async () => {
    const workspace = await seedWorkspace();
    const key = newId("key");
    await limited(workspace, key, 0);
    expect(await told(workspace)).toEqual([]);
    await limited(workspace, key, 3);
    expect(await told(workspace)).toEqual([{ principalId: key, day }]);
    for (const more of [3, 4, 4_000]) await limited(workspace, key, more);
    await Promise.all([limited(workspace, key, 4_001), limited(workspace, key, 4_002)]);
    expect(await told(workspace)).toEqual([{ principalId: key, day }]);
    await limited(workspace, workspace.userId, 1);
    await limited(workspace, key, 1, "2026-11-23");
    expect(await told(workspace)).toHaveLength(3);
  });

  it("is not told of again once the event is removed", async () => {
    const workspace = await seedWorkspace();
    await limited(workspace, workspace.userId, 1);
    await db.delete(events).where(eq(events.workspaceId, workspace.id));
    await limited(workspace, workspace.userId, 2);
    expect(await told(workspace)).toEqual([]);
  });

  it("is told of in each workspace by itself, and in none that nobody is in any more", async () => {
    const [one, other] = [await seedWorkspace(), await seedWorkspace()];
    const gone = await seedWorkspace();
    await db.delete(members).where(eq(members.workspaceId, gone.id));
    for (const workspace of [one, other, gone]) await limited(workspace, one.userId, 1);
    expect([(await told(one)).length, (await told(other)).length, (await told(gone)).length]).toEqual([1, 1, 0]);
  });
});
