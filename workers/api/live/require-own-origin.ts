import type { Context as HonoContext } from "hono";
import { AppError, configOf } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

/**
 * Refuses a page of an origin that may not call the API either: browsers ask nobody before they open a WebSocket. Programs send no Origin. A second line
 * of defence, since nothing but the ticket lets anybody in, and no page gets that from a browser by itself.
 * @throws AppError `forbidden`
 */
export function requireOwnOrigin({ env, req }: Pick<HonoContext<ApiEnv>, "env" | "req">): void {
  const origin = req.header("Origin");
  if (origin === undefined) return;
  const { publicUrl, corsOrigins } = configOf(env);
  if (origin === new URL(req.url).origin || origin === new URL(publicUrl).origin || corsOrigins.has(origin)) return;
  throw new AppError("forbidden", "Pages of this origin may not call this installation. Its operators list those that may in CORS_ORIGINS.");
}
