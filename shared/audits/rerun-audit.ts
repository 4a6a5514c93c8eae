import { AppError, type Context, requirePermission } from "../platform/index.ts";
import { CrawlOptions } from "./crawl/crawl-options.ts";
import { createAudit } from "./create-audit.ts";
import { findAudit } from "./queries.ts";
import { type Audit, hasEnded, type RerunAuditInput } from "./schemas.ts";

/**
 * Accepts a new audit of the same address with the same options as one that has ended, however it ended. It is created like any other,
 * so everything is checked again: what was allowed then may be refused now.
 * @throws AppError `conflict` while the first is under way, `invalid` when request headers that it was made with are not given again
 */
export async function rerunAudit(ctx: Context, auditId: string, { headers }: RerunAuditInput): Promise<Audit> {
  requirePermission(ctx, "audits:write");
  const row = await findAudit(ctx, auditId);
  if (!hasEnded(row.status))
    throw new AppError("conflict", `This audit is ${row.status === "queued" ? "waiting to start" : "still running"}; wait until it has ended, or cancel it.`);
  const { headerNames, maxDepth, rate, ...options } = CrawlOptions.parse(row.options);
  refuseMissing(headerNames, headers ?? {});
  return createAudit(ctx, {
    ...options,
    url: row.url,
    ...(maxDepth === null ? {} : { maxDepth }),
    ...(rate === null ? {} : { requestsPerSecond: rate }),
    ...(headers === undefined ? {} : { headers }),
  });
}

/** Without its headers an audit would see another site: a login page instead of what lies behind it. */
function refuseMissing(names: readonly string[], given: Readonly<Record<string, string>>): void {
  const present = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const missing = names.filter((name) => !present.has(name.toLowerCase()));
  if (missing.length === 0) return;
  const message = `This audit was made with request headers whose values are not kept. Give them again; missing: ${missing.join(", ")}`;
  throw new AppError("invalid", message, { errors: [{ path: "body.headers", message }] });
}
