import { audits } from "../db/schema/index.ts";
import { AppError, type Context, checkUrl, commit, isLoopbackUrl, newId, recordEvent, requirePermission } from "../platform/index.ts";
import { type CrawlOptions, defaultUserAgent } from "./crawl/crawl-state.ts";
import { readAudit } from "./queries.ts";
import type { Audit, CreateAuditInput } from "./schemas.ts";
import { normaliseUrl } from "./urls/index.ts";

/** Requests a second to a site that did not ask for anything else. */
const politeRate = 2;
/** Headers that belong to the connection or to us; a user's value would break the request or forge another host. */
const refusedHeaders = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "keep-alive",
  "expect",
  "proxy-authorization",
  "proxy-connection",
  "user-agent",
  "accept-encoding",
  "cf-connecting-ip",
  "cf-worker",
  "x-forwarded-for",
  "x-real-ip",
  "forwarded",
]);

/**
 * Accepts an audit. It is durable when this returns: the row and the event that starts the crawl share one batch.
 * @throws AppError `invalid` (what cannot be crawled), `egress_refused` (addresses that are nobody's web site)
 */
export async function createAudit(ctx: Context, input: CreateAuditInput): Promise<Audit> {
  requirePermission(ctx, "audits:write");
  const url = normaliseUrl(input.url);
  if (url === null) throw invalid("url", "Give an address that starts with http:// or https://");
  const isLoopback = isLoopbackUrl(checkUrl(url, ctx.egress));
  if (!input.respectRobots && !isLoopback) throw invalid("respectRobots", "robots.txt can be ignored on loopback addresses in development only.");
  const refused = Object.keys(input.headers ?? {}).find((name) => refusedHeaders.has(name.toLowerCase()));
  if (refused !== undefined) throw invalid("headers", `The header ${refused} cannot be set; leave it out.`);

  const id = newId("audit", ctx.now());
  const options: CrawlOptions = {
    maxPages: input.maxPages,
    maxDepth: input.maxDepth ?? null,
    include: input.include,
    exclude: input.exclude,
    rate: input.requestsPerSecond ?? (isLoopback ? null : politeRate),
    userAgent: input.userAgent ?? defaultUserAgent,
    respectRobots: input.respectRobots,
  };
  const sealedHeaders = input.headers === undefined ? null : await ctx.vault.seal(JSON.stringify(input.headers), id);
  await commit(ctx.db, [
    ctx.db
      .insert(audits)
      .values({ id, workspaceId: ctx.workspaceId, createdBy: ctx.actor.id, url, status: "queued", options, sealedHeaders, createdAt: ctx.now() }),
    recordEvent(ctx, "audit.queued", { auditId: id }),
  ]);
  return readAudit(ctx, id);
}

function invalid(field: string, message: string): AppError {
  return new AppError("invalid", message, { errors: [{ path: `body.${field}`, message }] });
}
