import { createMiddleware } from "hono/factory";
import { routePath } from "hono/route";
import { AppError, systemClock } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

/** One line a request: the route's template, never the address itself, which may hold what people typed. */
export const accessLog = createMiddleware<ApiEnv>(async function accessLog(c, next) {
  const startedAt = systemClock();
  await next();
  const route = routePath(c, -1);
  c.var.log.info("request", {
    method: c.req.method,
    route: route === "*" || route === "/*" ? "unknown" : route,
    status: c.res.status,
    durationMs: systemClock() - startedAt,
    ...(c.error instanceof AppError ? { errorCode: c.error.code } : {}),
  });
});
