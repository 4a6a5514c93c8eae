import { env } from "cloudflare:workers";
import { and, asc, eq } from "drizzle-orm";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { audits, events, scheduleRuns, schedules } from "../../../shared/db/schema/index.ts";
import { createLog, newId } from "../../../shared/platform/index.ts";
import { CreateScheduleInput, settleRuns, startDue, startRun, starts } from "../../../shared/schedules/index.ts";
import { contextOf, type SeededWorkspace } from "./api.ts";

type ScheduleRow = typeof schedules.$inferSelect;
type RunRow = typeof scheduleRuns.$inferSelect;

/** An audit of a site that nobody asks, every hour on the hour. */
export const hourlyAudit = (changes: Partial<CreateScheduleInput> = {}): CreateScheduleInput =>
  CreateScheduleInput.parse({ name: "Hourly", cron: "0 * * * *", target: { kind: "audit", input: { url: "https://shop.test/" } }, ...changes });

/** A row of a schedule that is due hourly, with what is told, without the checks of a verb. */
export const scheduleRow = (workspaceId: string, changes: Partial<ScheduleRow> = {}): ScheduleRow => ({
  id: newId("schedule"),
  workspaceId,
  name: "Hourly",
  cron: "0 * * * *",
  everyMs: null,
  anchorAt: 0,
  timeZone: "UTC",
  targetKind: "audit",
  targetInput: { url: "https://shop.test/" },
  missed: "latest",
  overlap: "skip",
  jitterMs: 0,
  untilAt: null,
  pausedAt: null,
  nextOccurrence: null,
  nextAt: null,
  builtIn: null,
  createdBy: null,
  version: 1,
  createdAt: 0,
  ...changes,
});

/** What a test does in place of the minute cron and the queue, at times of its own. `bindings` may misbehave. */
export function scheduleBench(workspace: SeededWorkspace, from: number, bindings: Env = env) {
  const db = directoryDatabase(env);
  let clock = from;
  const now = (): number => clock;
  const told: string[] = [];
  const announce = async (_workspaceId: string, eventIds: string[]): Promise<void> => void told.push(...eventIds);
  const used = directoryDatabase(bindings);
  const deps = { db: used, directory: used, now, announce, log: createLog(() => {}) };
  const { egress, vault } = contextOf(env, workspace);
  const dueEvents = () =>
    db
      .select({ id: events.id, workspaceId: events.workspaceId, data: events.data })
      .from(events)
      .where(and(eq(events.type, "schedule.due"), eq(events.workspaceId, workspace.id)))
      .orderBy(asc(events.id));
  const start = (workspaceId: string, data: unknown) => {
    // What `recordEvent` stored.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const { scheduleId, runId } = data as { scheduleId: string; runId: string };
    return startRun({ db: used, directory: used, egress, vault, now, starts, outbox: [], dueJobs: [] }, { workspaceId, scheduleId, runId });
  };
  return {
    db,
    told,
    /** What verbs receive, by the clock of the test. */
    ctx: { ...contextOf(env, workspace), now },
    now,
    goTo: (time: number): void => {
      clock = time;
    },
    tick: () => startDue(deps),
    settle: () => settleRuns(deps),
    start,
    /** What the consumer does with every event of the workspace that there is, also with those that it had before. */
    consume: async (): Promise<void> => {
      for (const { workspaceId, data } of await dueEvents()) await start(workspaceId, data);
    },
    dueEvents,
    /** The runs of a schedule, the earliest time first. */
    runs: (scheduleId: string): Promise<RunRow[]> =>
      db.select().from(scheduleRuns).where(eq(scheduleRuns.scheduleId, scheduleId)).orderBy(asc(scheduleRuns.occurrence), asc(scheduleRuns.cause)),
    /** The audits of the workspace. */
    audits: () => db.select().from(audits).where(eq(audits.workspaceId, workspace.id)),
    endAudit: (id: string | null, status: "completed" | "failed" | "cancelled" = "completed") =>
      db
        .update(audits)
        .set({ status, errorMessage: status === "failed" ? "The site did not answer." : null, finishedAt: now() })
        .where(eq(audits.id, id ?? "")),
    read: (scheduleId: string) => db.query.schedules.findFirst({ where: eq(schedules.id, scheduleId) }),
  };
}
