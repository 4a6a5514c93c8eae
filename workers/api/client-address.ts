import type { Context as HonoContext } from "hono";
import type { ApiEnv } from "./env.ts";

/** The address that a request comes from; null where it is not known. Cloudflare sets it and lets nobody else set it. */
export const ipOf = (c: Pick<HonoContext<ApiEnv>, "req">): string | null => c.req.header("CF-Connecting-IP") ?? null;
