import { recordChange } from "../audit-log/index.ts";
import { audits } from "../db/schema/index.ts";
import { AppError, type Context, checkUrl, isLoopbackUrl, newId, recordEvent, type Statement } from "../platform/index.ts";
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

/** Where an audit is to be, and what its address is checked against. */
type Checking = Pick<Context, "db" | "workspaceId" | "egress">;
type Accepting = Checking & Pick<Context, "vault" | "now" | "outbox">;

interface Acceptance {
  /** A new one, unless it must be known before. */
  readonly id?: string;
  /** The person, or `installation`. */
  readonly createdBy: string;
  /** Who did it, for the audit log: whoever asked, or Mentha itself. */
  readonly who: Pick<Parameters<typeof recordChange>[0], "actor" | "requestId" | "client">;
  /** What else the log says of it, such as the schedule that it came from. */
  readonly logged?: Readonly<Record<string, string>>;
}

interface Accepted {
  readonly audit: Audit;
  /** What accepts it, as one batch: the row and the event that starts the crawl. */
  readonly statements: readonly Statement[];
}

interface Checked {
  readonly url: string;
  readonly options: CrawlOptions;
}

/**
 * Checks whether an audit can be made, as whoever starts it by hand is checked; permissions are the caller's business.
 * @throws AppError `invalid` (what cannot be crawled), `egress_refused` (addresses that are nobody's web site)
 */
export async function checkAudit(place: Checking, input: CreateAuditInput): Promise<Checked> {
  const { username, password } = new URL(input.url);
  if (username !== "" || password !== "")
    throw invalid("url", "Leave user and password out of the address; send them as an Authorization header in `headers`.");
  const url = normaliseUrl(input.url);
  if (url === null) throw invalid("url", "Give a complete address that starts with http:// or https://, such as https://www.example.com/");
  if (url.length > limits.urlCharacters) throw invalid("url", `The address is longer than ${limits.urlCharacters.toLocaleString("en")} characters.`);
  const isLoopback = isLoopbackUrl(checkUrl(url, place.egress));
  if (!input.respectRobots && !isLoopback && !(await isVerifiedOrigin(place.db, place.workspaceId, url))) {
    const where = "on sites that this workspace verified in a project, and on loopback addresses in development";
    throw invalid("respectRobots", `robots.txt can be ignored only ${where}.`);
  }
  const refused = Object.keys(input.headers ?? {}).find(isRefusedHeader);
  if (refused !== undefined) throw invalid("headers", `The header ${refused} cannot be set; leave it out.`);
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
  return { url, options };
}

/**
 * Checks an audit, and answers with it and with what accepts it: nothing is written before the caller commits that, with whatever else belongs to it.
 * @throws AppError as `checkAudit`
 */
export async function acceptAudit(place: Accepting, input: CreateAuditInput, { createdBy, who, ...acceptance }: Acceptance): Promise<Accepted> {
  const { url, options } = await checkAudit(place, input);
  const { db, workspaceId, now } = place;
  const createdAt = now();
  const { id = newId("audit", createdAt), logged } = acceptance;
  const sealedHeaders = input.headers === undefined ? null : await place.vault.seal(JSON.stringify(input.headers), id);
  const progress = { discovered: 0, fetched: 0, failed: 0 };
  const audit: Audit = { id, url, status: "queued", progress, scores: null, counts: noCounts, createdAt, startedAt: null, finishedAt: null };
  const statements = [
    db.insert(audits).values({ id, workspaceId, createdBy, url, status: "queued", options, sealedHeaders, createdAt }),
    recordChange({ ...who, now, workspaceId }, db, { action: "audit.create", targetId: id, after: { url: loggedUrl(url), ...options, ...logged } }),
    recordEvent(place, "audit.queued", { auditId: id }),
  ];
  return { audit, statements };
}

function isRefusedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return refusedHeaders.has(lower) || refusedBeginnings.some((beginning) => lower.startsWith(beginning));
}

function invalid(field: string, message: string): AppError {
  return new AppError("invalid", message, { errors: [{ path: `body.${field}`, message }] });
}
