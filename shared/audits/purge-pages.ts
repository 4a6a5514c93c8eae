import { and, eq, isNull, sql } from "drizzle-orm";
import { auditPages, audits } from "../db/schema/index.ts";
import type { Clock } from "../platform/index.ts";
import type { Crawls } from "./crawls.ts";
import type { PastAudit } from "./expire-audit.ts";

/** Rows removed by one statement: far below the 30 s limit of a query. */
const rowsPerSlice = 1_000;

/**
 * Deletes what an audit that ended knows of its pages: the facts in its object, and the rows of the list. Scores, findings and tallies stay. The rows go last,
 * and the audit says before that they are no longer kept: whoever dies in between leaves rows by which it is found again, and nobody reads half a list.
 * Answers whether all are gone.
 */
export async function purgePages({ crawls, now }: { crawls: Pick<Crawls, "clear">; now: Clock }, { db, id, workspaceId }: PastAudit): Promise<boolean> {
  await crawls.clear(id);
  await db
    .update(audits)
    .set({ factsPurgedAt: now() })
    .where(and(eq(audits.id, id), eq(audits.workspaceId, workspaceId), isNull(audits.factsPurgedAt)));
  const some = db.select({ ordinal: auditPages.ordinal }).from(auditPages).where(eq(auditPages.auditId, id)).limit(rowsPerSlice);
  const { meta } = await db
    .delete(auditPages)
    .where(and(eq(auditPages.auditId, id), eq(auditPages.workspaceId, workspaceId), sql`${auditPages.ordinal} in ${some}`));
  return meta.changes < rowsPerSlice;
}
