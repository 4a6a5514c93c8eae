import { and, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { auditLog, reports } from "../db/schema/index.ts";
import { AppError, dayMs, hourMs, idsSince, refuseWhere, type Statement } from "../platform/index.ts";

/** Reports of a workspace that may be waiting to be made at once. */
const mostPending = 20;
/** Reports of a workspace that may be sent in any 24 hours: each is an e-mail to many. */
const mostSent = 50;

/** A report that somebody asks for. */
interface Asked {
  readonly db: Database;
  readonly workspaceId: string;
  readonly projectId: string | null;
  readonly isSent: boolean;
  readonly now: () => number;
}

interface Bound {
  /** Holds where there is no room. */
  readonly isFull: SQL;
  readonly sentence: string;
}

const crowd = `${mostPending} reports of this workspace are waiting to be made. Ask again once some of them are ready.`;
const echo = "A report about the same was sent within the last hour. Ask again later, or for one that is not sent.";
const flood = `A workspace sends ${mostSent} reports in 24 hours at most. Ask again later, or for one that is not sent.`;

function boundsOf({ db, workspaceId, projectId, isSent, now }: Asked): Bound[] {
  const at = now();
  const pending = and(eq(reports.workspaceId, workspaceId), eq(reports.state, "pending"), gte(reports.id, idsSince("report", at - dayMs)));
  const crowded = { isFull: sql`${db.$count(reports, pending)} >= ${mostPending}`, sentence: crowd };
  if (!isSent) return [crowded];
  // Told by the audit log: whoever deletes a report that was sent has sent it all the same. Ids begin with their time, which the index of targets knows.
  const sent = (ms: number) =>
    and(
      eq(auditLog.workspaceId, workspaceId),
      gte(auditLog.targetId, idsSince("report", at - ms + 1)),
      lt(auditLog.targetId, idsSince("report", at + dayMs)),
      eq(auditLog.action, "report.create"),
      sql`${auditLog.details} ->> '$.after.send'`,
    );
  const alike = and(sent(hourMs), sql`${auditLog.details} ->> '$.after.projectId' is ${projectId}`);
  return [
    crowded,
    { isFull: sql`${db.$count(auditLog, alike)} > 0`, sentence: echo },
    { isFull: sql`${db.$count(auditLog, sent(dayMs))} >= ${mostSent}`, sentence: flood },
  ];
}

/** @throws AppError `conflict` that says what there is too much of */
export async function requireRoom(asked: Asked): Promise<void> {
  for (const { isFull, sentence } of boundsOf(asked)) {
    const [found] = await asked.db.select({ isFull: sql<number>`${isFull}` }).from(sql`(select 1)`);
    if (found?.isFull === 1) throw new AppError("conflict", sentence);
  }
}

/** Aborts the batch of a report for which there is no room, also where others are accepted at the same moment. It goes before what accepts the report. */
export const holdRoom = (asked: Asked): Statement[] => boundsOf(asked).map(({ isFull }) => refuseWhere(asked.db, isFull));

/** Holds where a report was accepted already, also when it was deleted since. */
export const wasAccepted = ({ db, workspaceId }: Pick<Asked, "db" | "workspaceId">, reportId: string): SQL =>
  sql`${db.$count(auditLog, and(eq(auditLog.workspaceId, workspaceId), eq(auditLog.targetId, reportId), eq(auditLog.action, "report.create")))} > 0`;
