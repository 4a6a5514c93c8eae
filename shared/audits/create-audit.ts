import { keepAnswer } from "../idempotency/index.ts";
import { type Context, commit, requirePermission } from "../platform/index.ts";
import { acceptAudit } from "./accept-audit.ts";
import type { Audit, CreateAuditInput } from "./schemas.ts";

/**
 * Accepts an audit. It is durable when this returns: the row and the event that starts the crawl share one batch. The audit is the answer to the request.
 * @throws AppError `invalid` (what cannot be crawled), `egress_refused` (addresses that are nobody's web site)
 */
export async function createAudit(ctx: Context, input: CreateAuditInput): Promise<Audit> {
  requirePermission(ctx, "audits:write");
  const { audit, statements } = await acceptAudit(ctx, input, { createdBy: ctx.actor.userId, who: ctx });
  // Nothing is read back: a failure after the commit would make the caller try again, and there would be two audits.
  await commit(ctx.db, [...statements, ...(await keepAnswer(ctx, ctx.db, audit))]);
  return audit;
}
