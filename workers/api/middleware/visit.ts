import type { Context as HonoContext } from "hono";
import { createMiddleware } from "hono/factory";
import type { VisitorContext } from "../../../shared/platform/index.ts";
import { visitorContext } from "../../context.ts";
import { ipOf } from "../client-address.ts";
import type { ApiEnv, VisitorEnv } from "../env.ts";

const maxUserAgentLength = 300;

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
