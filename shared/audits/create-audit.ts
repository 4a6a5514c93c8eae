import { recordChange } from "../audit-log/index.ts";
import { audits } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, checkUrl, commit, isLoopbackUrl, newId, recordEvent, requirePermission } from "../platform/index.ts";
import { isVerifiedOrigin } from "../projects/index.ts";
import type { CrawlOptions } from "./crawl/crawl-options.ts";
import { defaultUserAgent } from "./crawl/crawl-state.ts";
import { limits } from "./facts/page-facts.ts";
import { loggedUrl } from "./logged-url.ts";
import { noCounts } from "./queries.ts";
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
  "cdn-loop",
  "true-client-ip",
  "x-real-ip",
  "forwarded",
  "x-original-url",
  "x-rewrite-url",
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
]);
/** Beginnings of headers by which proxies speak to each other: a server takes the word of `X-Forwarded-Host` or `CF-Connecting-IP`. */
const refusedBeginnings = ["cf-", "x-forwarded-"];

/**
 * Accepts an audit. It is durable when this returns: the row and the event that starts the crawl share one batch. The audit is the answer to the request.
 * @throws AppError `invalid` (what cannot be crawled), `egress_refused` (addresses that are nobody's web site)
 */
export async function createAudit(ctx: Context, input: CreateAuditInput): Promise<Audit> {
  requirePermission(ctx, "audits:write");
  const { username, password } = new URL(input.url);
  if (username !== "" || password !== "")
    throw invalid("url", "Leave user and password out of the address; send them as an Authorization header in `headers`.");
  const url = normaliseUrl(input.url);
  if (url === null) throw invalid("url", "Give a complete address that starts with http:// or https://, such as https://www.example.com/");
  if (url.length > limits.urlCharacters) throw invalid("url", `The address is longer than ${limits.urlCharacters.toLocaleString("en")} characters.`);
  const isLoopback = isLoopbackUrl(checkUrl(url, ctx.egress));
  if (!input.respectRobots && !isLoopback && !(await isVerifiedOrigin(ctx.db, ctx.workspaceId, url))) {
    const where = "on sites that this workspace verified in a project, and on loopback addresses in development";
    throw invalid("respectRobots", `robots.txt can be ignored only ${where}.`);
  }
  const refused = Object.keys(input.headers ?? {}).find(isRefusedHeader);
  if (refused !== undefined) throw invalid("headers", `The header ${refused} cannot be set; leave it out.`);

  const createdAt = ctx.now();
  const id = newId("audit", createdAt);
  const options: CrawlOptions = {
    maxPages: input.maxPages,
    maxDepth: input.maxDepth ?? null,
    include: input.include,
    exclude: input.exclude,
    rate: input.requestsPerSecond ?? (isLoopback ? null : politeRate),
    userAgent: input.userAgent ?? defaultUserAgent,
    respectRobots: input.respectRobots,
    headerNames: Object.keys(input.headers ?? {}),
  };
  const sealedHeaders = input.headers === undefined ? null : await ctx.vault.seal(JSON.stringify(input.headers), id);
  // Nothing is read back: a failure after the commit would make the caller try again, and there would be two audits.
  const progress = { discovered: 0, fetched: 0, failed: 0 };
  const audit: Audit = { id, url, status: "queued", progress, scores: null, counts: noCounts, createdAt, startedAt: null, finishedAt: null };
  await commit(ctx.db, [
    ctx.db.insert(audits).values({ id, workspaceId: ctx.workspaceId, createdBy: ctx.actor.userId, url, status: "queued", options, sealedHeaders, createdAt }),
    recordChange(ctx, ctx.db, { action: "audit.create", targetId: id, after: { url: loggedUrl(url), ...options } }),
    recordEvent(ctx, "audit.queued", { auditId: id }),
    ...(await keepAnswer(ctx, ctx.db, audit)),
  ]);
  return audit;
}

function isRefusedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return refusedHeaders.has(lower) || refusedBeginnings.some((beginning) => lower.startsWith(beginning));
}

function invalid(field: string, message: string): AppError {
  return new AppError("invalid", message, { errors: [{ path: `body.${field}`, message }] });
}
