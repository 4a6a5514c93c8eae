import { createMiddleware } from "hono/factory";
import { type Permission, requirePermission } from "../../../shared/platform/index.ts";
import type { SignedInEnv } from "../env.ts";

/** Refuses before the body is read, and again after it; the verb asks for itself too. */
export const permit = (permission: Permission) =>
  createMiddleware<SignedInEnv>(async function permit(c, next) {
    requirePermission(c.var.ctx, permission);
    await next();
  });
