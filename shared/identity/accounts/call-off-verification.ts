import { and, eq, gte, sql } from "drizzle-orm";
import { jobs } from "../../db/schema/index.ts";
import type { Statement, VisitorContext } from "../../platform/index.ts";
import { revokeOneTimeTokens } from "../one-time-tokens.ts";

/**
 * Ends the links that prove an address for somebody, and so a change of it that is under way: those that were sent, and those that wait to be sent,
 * whose tokens do not exist yet.
 */
export function callOffVerification(ctx: Pick<VisitorContext, "directory">, userId: string): Statement[] {
  const waiting = ctx.directory.delete(jobs).where(
    and(
      // These two are how the index of unfinished jobs is found.
      sql`${jobs.state} in ('queued', 'running')`,
      gte(jobs.dueAt, 0),
      eq(jobs.type, "mail.send"),
      eq(sql`json_extract(${jobs.input}, '$.kind')`, "verify-email"),
      eq(sql`json_extract(${jobs.input}, '$.userId')`, userId),
    ),
  );
  return [waiting, revokeOneTimeTokens(ctx, "verify-email", userId)];
}
