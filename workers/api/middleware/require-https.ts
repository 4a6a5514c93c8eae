import { createMiddleware } from "hono/factory";
import { AppError, configOf } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

/**
 * A production installation answers nothing over plain http, not even whether it is well: a redirect, or an answer, would let a client that has
 * the wrong address go on sending its key in clear (OWASP ASVS 5.0, 4.1.2 and 12.2.1).
 */
export const requireHttps = createMiddleware<ApiEnv>(async function requireHttps(c, next) {
  const isPlain = new URL(c.req.url).protocol === "http:";
  if (isPlain && configOf(c.env).environment === "production") {
    throw new AppError("forbidden", "Use https. A key, token or password that came over plain http may have been read on its way: replace it.");
  }
  await next();
});
