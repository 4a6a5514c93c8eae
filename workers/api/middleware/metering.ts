import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { systemClock } from "../../../shared/platform/index.ts";
import { measureRequest } from "../../meter.ts";
import type { ApiEnv } from "../env.ts";

/** Labels by the pattern that matched: there are as many as there are routes, whatever is asked. */
const labels = new Map<string, string>();

/** Measures every request until the head of its answer: streams and sockets count once. Nothing is awaited for it. */
export const metering = createMiddleware<ApiEnv>(async function metering(c, next) {
  const startedAt = systemClock();
  await next();
  measureRequest(c.env, c.executionCtx, labelOf(c.req.method, routePath(c, -1)), { status: c.res.status, ms: systemClock() - startedAt });
});

/** Methods that a label may name; a caller may send any word as one. */
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** `GET /api/v1/audits/{id}`; `other` for what no route takes, such as an address that is not known. */
function labelOf(method: string, pattern: string): string {
  if (pattern === "*" || pattern === "/*" || !methods.has(method)) return "other";
  const asked = `${method === "HEAD" ? "GET" : method} ${pattern}`;
  let label = labels.get(asked);
  if (label === undefined) {
    label = asked.replace(/:(\w+)/g, "{$1}");
    labels.set(asked, label);
  }
  return label;
}
