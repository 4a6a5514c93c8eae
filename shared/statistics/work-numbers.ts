import { and, count, eq, gte, inArray, isNull, lt, lte, or, type SQL } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Database } from "../db/client.ts";
import { audits, events, jobs, parkedMessages } from "../db/schema/index.ts";
import { dayMs, type IdKind, idsSince, minuteMs } from "../platform/index.ts";
import type { WorkPart } from "./system-schemas.ts";

/** What is due is taken within a minute by the sweep, at the latest. */
const graceMs = minuteMs;

/**
 * What waits and what failed, over all databases. What is open is asked of indexes that hold nothing else; what was begun today of the ids, which
 * sort by time: neither reads rows of other days.
 */
export async function workNumbers(databases: readonly Database[], now: number): Promise<WorkPart> {
  const parts = await Promise.all(databases.map((db) => workIn(db, now)));
  const sum = (of: (part: WorkPart) => number): number => parts.reduce((total, part) => total + of(part), 0);
  return {
    unhandledEvents: sum((part) => part.unhandledEvents),
    jobs: {
      queued: sum(({ jobs: { queued } }) => queued),
      running: sum(({ jobs: { running } }) => running),
      overdue: sum(({ jobs: { overdue } }) => overdue),
      failedToday: sum(({ jobs: { failedToday } }) => failedToday),
    },
    deadLetters: sum((part) => part.deadLetters),
    auditsRunning: sum((part) => part.auditsRunning),
    auditsToday: sum((part) => part.auditsToday),
  };
}

async function workIn(db: Database, now: number): Promise<WorkPart> {
  const today = (kind: IdKind) => idsSince(kind, Math.floor(now / dayMs) * dayMs);
  const late = now - graceMs;
  const rows = (table: SQLiteTable, where?: SQL) => db.select({ n: count() }).from(table).where(where);
  const [unhandled, queued, running, overdue, failed, parked, auditsRunning, auditsToday] = await db.batch([
    rows(events, isNull(events.handledAt)),
    rows(jobs, eq(jobs.state, "queued")),
    rows(jobs, eq(jobs.state, "running")),
    rows(jobs, or(and(eq(jobs.state, "queued"), lte(jobs.dueAt, late)), and(eq(jobs.state, "running"), lt(jobs.leaseUntil, late)))),
    rows(jobs, and(eq(jobs.state, "failed"), gte(jobs.id, today("job")))),
    rows(parkedMessages),
    rows(audits, and(inArray(audits.status, ["queued", "running"]), isNull(audits.confirmsId))),
    rows(audits, and(gte(audits.id, today("audit")), isNull(audits.confirmsId))),
  ]);
  const n = ([row]: readonly { n: number }[]): number => row?.n ?? 0;
  return {
    unhandledEvents: n(unhandled),
    jobs: { queued: n(queued), running: n(running), overdue: n(overdue), failedToday: n(failed) },
    deadLetters: n(parked),
    auditsRunning: n(auditsRunning),
    auditsToday: n(auditsToday),
  };
}
