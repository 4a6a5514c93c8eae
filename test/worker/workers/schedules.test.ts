import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { audits, scheduleRuns, schedules } from "../../../shared/db/schema/index.ts";
import { hourMs } from "../../../shared/platform/index.ts";
import { type SeededWorkspace, seedWorkspace } from "../../helpers/worker/api.ts";
import { tick } from "../../helpers/worker/audit-run.ts";
import { injectFaults, once, stopFaults } from "../../helpers/worker/faults.ts";
import { scheduleRow } from "../../helpers/worker/schedules.ts";
import { defineSite } from "../../helpers/worker/site.ts";

const db = directoryDatabase(env);
const url = "http://scheduled.test/";
let workspace: SeededWorkspace;
beforeAll(async () => {
  workspace = await seedWorkspace();
  await defineSite("scheduled.test", { "/": "<h1>Shop</h1>" });
  // Those that come with the installation are made at the first tick.
  await tick();
});
afterEach(() => void stopFaults());

/** Lets a minute pass: the sweep finds events that nobody heard of, and the cron ticks. */
async function passMinute(): Promise<void> {
  await env.DB.prepare("UPDATE events SET created_at = created_at - 120000 WHERE handled_at IS NULL").run();
  await tick();
}

it.each([null, "lose", "duplicate", "fail-before", "fail-after"] as const)(
  "an audit is made once at its time, and its run ends with it, when the message about it meets %s",
  async (fault) => {
    const due = Date.now() - 1_000;
    const every = { cron: null, everyMs: hourMs, anchorAt: due - hourMs };
    const target = { targetInput: { url, requestsPerSecond: 50, maxPages: 5 } };
    const row = scheduleRow(workspace.id, { ...every, ...target, nextOccurrence: due, nextAt: due, createdBy: workspace.userId });
    await db.insert(schedules).values(row);
    const before = await db.$count(audits, eq(audits.workspaceId, workspace.id));
    if (fault !== null) injectFaults(once("events", fault));
    await tick();
    expect(stopFaults()).toEqual(fault === null ? [] : [`events ${fault}`]);
    const runs = () => db.select().from(scheduleRuns).where(eq(scheduleRuns.scheduleId, row.id));
    await vi.waitFor(async () => {
      await passMinute();
      expect((await runs()).map(({ state }) => state)).toEqual(["succeeded"]);
    });
    const [run] = await runs();
    expect(run).toMatchObject({ occurrence: due, cause: "time", reason: null, result: { counts: expect.any(Object) } });
    expect(await db.$count(audits, eq(audits.workspaceId, workspace.id))).toBe(before + 1);
    const [audit] = await db
      .select()
      .from(audits)
      .where(eq(audits.id, run?.startedId ?? ""));
    expect(audit).toMatchObject({ url, status: "completed", createdBy: workspace.userId });
  },
  60_000,
);
