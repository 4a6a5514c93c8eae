import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { configOf } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

/** What a page may read of an answer beside the few headers that every browser shows (Fetch standard, CORS-safelisted response-header names). */
const exposedHeaders = ["ETag", "Idempotency-Replayed", "Location", "RateLimit", "RateLimit-Local", "RateLimit-Policy", "Retry-After", "X-Request-Id"];

/** What a page may send beside the safelisted request headers. */
const requestHeaders = [
  "Authorization",
  "Content-Type",
  "Idempotency-Key",
  "If-Match",
  "If-None-Match",
  "Last-Event-ID",
  "X-API-Key",
  "X-Request-Id",
  "X-Workspace",
];
const methods = ["GET", "HEAD", "POST", "PATCH", "DELETE"];

/** So long a browser need not ask again; short enough that an origin that is taken from the list is soon out everywhere. */
const preflightSeconds = 600;

/**
 * Lets pages of the configured origins, and of no other, call the API and read its answers. Whether they may is asked before anybody is known,
 * since browsers ask without credentials. Cookies stay for the installation's own pages: no answer to a request with one is shown to others, and
 * what reads one looks at the origin itself.
 */
export const cors = createMiddleware<ApiEnv>(async function cors(c, next) {
  // The path first: whether Mentha is alive must not depend on its configuration.
  if (!c.req.path.startsWith("/api/")) return next();
  const { corsOrigins } = configOf(c.env);
  if (corsOrigins.size === 0) return next();
  const origin = c.req.header("Origin");
  const isAllowed = origin !== undefined && corsOrigins.has(origin);
  if (isAllowed && isPreflight(c)) {
    return c.body(null, 204, {
      ...allowing(origin),
      Vary: "Origin",
      "Access-Control-Allow-Methods": methods.join(", "),
      "Access-Control-Allow-Headers": requestHeaders.join(", "),
      "Access-Control-Max-Age": String(preflightSeconds),
    });
  }
  await next();
  // Also for who is not let in: a cache must not give one origin's answer to another.
  c.res.headers.append("Vary", "Origin");
  if (!isAllowed) return;
  for (const [name, value] of Object.entries(allowing(origin))) c.res.headers.set(name, value);
  c.res.headers.set("Access-Control-Expose-Headers", exposedHeaders.join(", "));
});

function isPreflight({ req }: Context<ApiEnv>): boolean {
  return req.method === "OPTIONS" && req.header("Access-Control-Request-Method") !== undefined;
}

function allowing(origin: string): Readonly<Record<string, string>> {
  // Without Allow-Credentials: what these pages send they know and write themselves.
  return { "Access-Control-Allow-Origin": origin };
}
