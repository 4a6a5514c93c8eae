import { createMiddleware } from "hono/factory";
import type { ApiEnv } from "../env.ts";

/** Answers are for their caller only: nothing on the way may keep them, unless the route says how. */
export const cacheControl = createMiddleware<ApiEnv>(async function cacheControl(c, next) {
  await next();
  if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
});

/** For catalogues: the caller may keep the answer but asks each time whether it still holds (`If-None-Match`). */
export const revalidate = createMiddleware<ApiEnv>(async function revalidate(c, next) {
  await next();
  if (c.res.ok) c.res.headers.set("Cache-Control", "private, no-cache");
});
