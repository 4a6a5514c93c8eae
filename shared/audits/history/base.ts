import { and, asc, eq } from "drizzle-orm";
import { audits, findings } from "../../db/schema/index.ts";
import { AppError, type Context } from "../../platform/index.ts";
import { findAudit, visible } from "../queries.ts";
import { siteOf } from "../urls/index.ts";

type Place = Pick<Context, "db" | "workspaceId">;
type AuditRow = typeof audits.$inferSelect;

/** The audit that one is compared with unless another is asked for: null for the first of its address, and when that one was deleted. */
export async function findBase(ctx: Place, { baseId }: Pick<AuditRow, "baseId">): Promise<AuditRow | null> {
  if (baseId === null) return null;
  const where = and(eq(audits.id, baseId), eq(audits.status, "completed"), visible(ctx));
  const row = await ctx.db.query.audits.findFirst({ where });
  return row !== undefined && (await hasFingerprints(ctx, row.id)) ? row : null;
}

/**
 * The audit that somebody asked to compare another one with.
 * @throws AppError `not_found`; `invalid` for one that is not completed or is of another site, and where one of both cannot be compared
 */
export async function requireBase(ctx: Place, audit: AuditRow, baseId: string): Promise<AuditRow> {
  if (baseId === audit.id) throw unfit("Name another audit: this one would be compared with itself.");
  const row = await findAudit(ctx, baseId).catch((thrown: unknown) => {
    throw thrown instanceof AppError && thrown.code === "not_found" ? new AppError("not_found", "There is no such audit to compare with.") : thrown;
  });
  if (row.status !== "completed" || row.confirmsId !== null)
    throw unfit("Name an audit that is completed: only such a one looked at all that it was to look at.");
  if (siteOf(row.url) !== siteOf(audit.url)) throw unfit(`Name an audit of the same site: that one is of ${new URL(row.url).origin}.`);
  const [hasOwn, hasOther] = await Promise.all([hasFingerprints(ctx, audit.id), hasFingerprints(ctx, baseId)]);
  if (!hasOwn) throw unfit("This audit is from before findings could be compared: compare a newer one.");
  if (!hasOther) throw unfit("Name a newer audit: that one is from before findings could be compared.");
  return row;
}

function unfit(message: string): AppError {
  return new AppError("invalid", message, { errors: [{ path: "query.base", message }] });
}

/** False for audits of a release that knew no fingerprints: all of their findings would look fixed. */
async function hasFingerprints({ db, workspaceId }: Place, auditId: string): Promise<boolean> {
  const [first] = await db
    .select({ fingerprint: findings.fingerprint })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId)))
    .orderBy(asc(findings.ordinal))
    .limit(1);
  return first?.fingerprint !== "";
}
