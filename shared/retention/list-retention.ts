import { type Context, dayMs, requirePermission } from "../platform/index.ts";
import { keptThings } from "./kept/index.ts";
import type { RetentionTable } from "./schemas.ts";

/** What is kept how long, for operators. */
export function listRetention(ctx: Pick<Context, "actor">): RetentionTable {
  requirePermission(ctx, "operations:read");
  const items = keptThings.map((kept) => {
    const { name: kind, what, from } = kept;
    return "keptMs" in kept ? { kind, what, days: kept.keptMs / dayMs, setting: null, from } : { kind, what, days: null, setting: kept.setting, from };
  });
  return { items };
}
