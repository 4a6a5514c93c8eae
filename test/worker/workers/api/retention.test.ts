import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { directoryDatabase, installationId } from "../../../../shared/db/client.ts";
import { auditLog, jobs, notifications } from "../../../../shared/db/schema/index.ts";
import { dayMs, newId } from "../../../../shared/platform/index.ts";
import { keptThings, RetentionRun, RetentionTable } from "../../../../shared/retention/index.ts";
import { seedWorkspace } from "../../../helpers/worker/api.ts";
import { type SignedIn, signedIn } from "../../../helpers/worker/people.ts";

const db = directoryDatabase(env);

let operator: SignedIn;
beforeEach(async () => {
  operator = await signedIn((await seedWorkspace({ isOperator: true })).userId);
});

describe("what is kept how long", () => {
  it("is told in words: every kind, and either its days or the setting that says how many", async () => {
    const answer = await operator("GET", "/api/admin/retention");
    expect(answer.status).toBe(200);
    const { items } = RetentionTable.strict().parse(await answer.json());
    expect(items.map(({ kind }) => kind)).toEqual(keptThings.map(({ name }) => name));
    expect(items.filter(({ days, setting }) => (days === null) === (setting === null))).toEqual([]);
    expect(items.find(({ kind }) => kind === "notifications")).toMatchObject({ days: 90, setting: null, from: "they were told" });
    expect(items.find(({ kind }) => kind === "pages")).toMatchObject({ days: null, setting: "pageRetentionDays" });
  });

  it("is told to nobody but operators", async () => {
    const admin = await signedIn((await seedWorkspace()).userId);
    for (const [method, path] of [
      ["GET", "/api/admin/retention"],
      ["POST", "/api/admin/retention/preview"],
    ] as const)
      expect((await admin(method, path)).status).toBe(403);
  });
});

describe("a preview", () => {
  it("counts what is over, deletes nothing, and is in the log", async () => {
    const { id: workspaceId, userId } = await seedWorkspace();
    const id = newId("notification");
    await db.insert(notifications).values({ id, workspaceId, userId, type: "member.joined", data: {}, createdAt: Date.now() - 91 * dayMs, eventId: id });
    const answer = await operator("POST", "/api/admin/retention/preview");
    expect(answer.status).toBe(202);
    const started = RetentionRun.strict().parse(await answer.json());
    expect(started).toMatchObject({ dryRun: true, state: "queued", at: null, counts: [] });

    const path = answer.headers.get("Location") ?? "";
    const read = async () => RetentionRun.strict().parse(await (await operator("GET", path)).json());
    await vi.waitFor(async () => expect((await read()).state).toBe("succeeded"), { timeout: 20_000, interval: 100 });
    const { at, counts } = await read();
    expect(at).toBeGreaterThanOrEqual(started.createdAt);
    expect(counts.map(({ kind }) => kind)).toEqual(keptThings.map(({ name }) => name));
    expect(counts.find(({ kind }) => kind === "notifications")?.count).toBeGreaterThanOrEqual(1);
    expect(await db.$count(notifications, eq(notifications.id, id))).toBe(1);
    const entries = await db.query.auditLog.findMany({ where: eq(auditLog.targetId, started.id) });
    expect(entries).toMatchObject([{ action: "retention.preview", workspaceId: installationId, actorKind: "session" }]);
  });

  it("is no other job", async () => {
    const id = newId("job");
    const now = Date.now();
    const other = { type: "audit.purge", state: "failed", input: {}, dueAt: now, createdAt: now, updatedAt: now } as const;
    await db.insert(jobs).values({ id, workspaceId: installationId, ...other });
    expect((await operator("GET", `/api/admin/retention/runs/${id}`)).status).toBe(404);
  });
});
