import { sql } from "drizzle-orm";
import { events, idempotency, jobs, scheduleRuns, usage } from "../../db/schema/index.ts";
import { answersKeptMs } from "../../idempotency/index.ts";
import { dayMs, secondMs } from "../../platform/index.ts";
import type { KeptForAll } from "./kept.ts";

/** What the work of the installation leaves behind. */
export const background: readonly KeptForAll[] = [
  {
    name: "idempotency",
    what: "Answers that are kept, sealed, for requests that are sent again",
    from: "the request came",
    keptMs: answersKeptMs,
    table: idempotency,
    since: sql`${idempotency.createdAt}`,
  },
  {
    name: "events",
    what: "What happened, by id",
    from: "everything that follows from it was done",
    // Longer than a dead letter waits for a person to replay it, which needs the row.
    keptMs: 30 * dayMs,
    table: events,
    since: sql`${events.handledAt}`,
  },
  {
    name: "jobs-succeeded",
    what: "Background jobs that were done; those that send e-mails name their address",
    from: "they were done",
    // It says nothing any more, and may hold an e-mail address.
    keptMs: dayMs,
    table: jobs,
    since: sql`iif(${jobs.state} = 'succeeded', ${jobs.updatedAt}, null)`,
  },
  {
    name: "jobs-failed",
    what: "Background jobs that failed for good, which operators may start again",
    from: "they failed",
    keptMs: 30 * dayMs,
    table: jobs,
    since: sql`iif(${jobs.state} = 'failed', ${jobs.updatedAt}, null)`,
  },
  {
    name: "schedule-runs",
    what: "What became of the times of schedules",
    from: "they were over",
    keptMs: 90 * dayMs,
    table: scheduleRuns,
    since: sql`iif(${scheduleRuns.state} in ('succeeded', 'failed', 'skipped'), ifnull(${scheduleRuns.finishedAt}, ${scheduleRuns.createdAt}), null)`,
  },
  {
    name: "usage",
    what: "Requests by day and caller",
    from: "the day was over",
    // A year and the month to compare it with.
    keptMs: 400 * dayMs,
    table: usage,
    since: sql`unixepoch(${usage.day}) * ${secondMs} + ${dayMs}`,
  },
];
