import { sql } from "drizzle-orm";
import { index, integer, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { time } from "./columns.ts";

/** What is to be started, and when. */
export const schedules = sqliteTable(
  "schedules",
  {
    id: text("id").primaryKey(),
    /** `installation` for those that operators alone see. */
    workspaceId: text("workspace_id").notNull(),
    name: text("name").notNull(),
    /** Five fields; null where `every` says when. */
    cron: text("cron"),
    /** Milliseconds from one time to the next, counted from `anchorAt`; null where `cron` says when. */
    everyMs: integer("every_ms"),
    anchorAt: time("anchor_at").notNull(),
    /** IANA name. */
    timeZone: text("time_zone").notNull(),
    /** What is started, and what it is told: one of `shared/schedules/targets`. */
    targetKind: text("target_kind").notNull(),
    targetInput: text("target_input", { mode: "json" }).notNull(),
    missed: text("missed", { enum: ["skip", "latest", "all"] }).notNull(),
    overlap: text("overlap", { enum: ["skip", "queue", "allow"] }).notNull(),
    /** Each time is put off by so much at most, the same for the same time. */
    jitterMs: integer("jitter_ms").notNull().default(0),
    /** Nothing is planned from then on; null for never. */
    untilAt: time("until_at"),
    /** Since when somebody paused it; null while it runs. */
    pausedAt: time("paused_at"),
    /** The next time that is planned; null while it is paused, and once it is over. */
    nextOccurrence: time("next_occurrence"),
    /** When that is to be started: the time itself, put off by its jitter. */
    nextAt: time("next_at"),
    /** Which of those that every installation has; null for those that people made. */
    builtIn: text("built_in"),
    /** Null for those that came with Mentha. */
    createdBy: text("created_by"),
    /** Grows with every edit; whoever edits an older one is refused. */
    version: integer("version").notNull().default(1),
    createdAt: time("created_at").notNull(),
  },
  (table) => [
    // A workspace's schedules, newest first.
    index("schedules_workspace").on(table.workspaceId, table.id),
    // The minute's question: what is due. Nothing that is paused or over is in it.
    index("schedules_due").on(table.nextAt).where(sql`${table.nextAt} is not null`),
    // One of each kind, whoever makes sure of it first.
    uniqueIndex("schedules_built_in").on(table.workspaceId, table.builtIn).where(sql`${table.builtIn} is not null`),
  ],
);

/** One time of a schedule, and what became of it. */
export const scheduleRuns = sqliteTable(
  "schedule_runs",
  {
    id: text("id").primaryKey(),
    workspaceId: text("workspace_id").notNull(),
    scheduleId: text("schedule_id").notNull(),
    /** The time that was planned; of one that somebody asked for, when they did. */
    occurrence: time("occurrence").notNull(),
    cause: text("cause", { enum: ["time", "person"] }).notNull(),
    /** `due`: to be started at once. `waiting`: until the one before is over. */
    state: text("state", { enum: ["due", "waiting", "running", "succeeded", "failed", "skipped"] }).notNull(),
    /** Why it was skipped or failed; null else. */
    reason: text("reason"),
    /** The audit or the job that it started; null before that. */
    startedId: text("started_id"),
    /** What it says of its work at its end, as its kind has it. */
    result: text("result", { mode: "json" }),
    createdAt: time("created_at").notNull(),
    startedAt: time("started_at"),
    finishedAt: time("finished_at"),
  },
  (table) => [
    // Nothing is started twice for one time; also the history of a schedule, newest first.
    uniqueIndex("schedule_runs_occurrence").on(table.scheduleId, table.occurrence, table.cause),
    // What is not over, of a schedule or of all; almost nothing is in it.
    index("schedule_runs_unfinished").on(table.scheduleId, table.occurrence).where(sql`${table.state} in ('due', 'waiting', 'running')`),
  ],
);
