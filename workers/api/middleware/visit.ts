import type { Context as HonoContext } from "hono";
import { createMiddleware } from "hono/factory";
import type { VisitorContext } from "../../../shared/platform/index.ts";
import { visitorContext } from "../../context.ts";
import type { ApiEnv, VisitorEnv } from "../env.ts";

const maxUserAgentLength = 300;

/** The address that a request comes from; null where it is not known. Cloudflare sets it and lets nobody else set it. */
export const ipOf = (c: Pick<HonoContext<ApiEnv>, "req">): string | null => c.req.header("CF-Connecting-IP") ?? null;

/** What a request says of where it comes from. */
export function visitorOf(c: Pick<HonoContext<ApiEnv>, "env" | "req" | "var">): VisitorContext {
  const userAgent = c.req.header("User-Agent")?.slice(0, maxUserAgentLength);
  const client = { ip: ipOf(c), userAgent: userAgent ?? null };
  return visitorContext(c.env, { requestId: c.var.requestId, log: c.var.log, client });
}

/** For routes whose callers are not known yet. */
export const visit = createMiddleware<VisitorEnv>(async function visit(c, next) {
  c.set("visitor", visitorOf(c));
  await next();
});
