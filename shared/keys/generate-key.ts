import { recordChange } from "../audit-log/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { type Context, commit, requirePermission } from "../platform/index.ts";
import { canonicalRanges, makeKey } from "./make-key.ts";
import { lowered, usualLimits } from "./own-limits.ts";
import { reachOf } from "./reach.ts";
import { refuseReach } from "./refuse-reach.ts";
import type { GeneratedKey, GenerateKeyInput } from "./schemas.ts";

/**
 * Makes a key of the caller's own, or of the maker of the key that asks, whose end, ranges and limits it gets unless told otherwise.
 * @throws AppError `invalid` where it would go beyond whoever makes it
 */
export async function generateKey(ctx: Context, { name, scopes, expiresAt, allowedIps, limits }: GenerateKeyInput): Promise<GeneratedKey> {
  requirePermission(ctx, "keys:write");
  const { actor } = ctx;
  const inherited = actor.kind === "key" ? actor : { expiresAt: null, allowedIps: [], limits: {} };
  const reach = {
    scopes,
    expiresAt: expiresAt === undefined ? inherited.expiresAt : expiresAt,
    allowedIps: allowedIps === undefined ? inherited.allowedIps : canonicalRanges(allowedIps),
    limits: limits ?? lowered(inherited.limits, usualLimits(ctx)),
  };
  refuseReach(ctx, reach);
  const { key, statement } = await makeKey(ctx, { ...reach, name, createdBy: actor.userId });
  await commit(ctx.directory, [
    statement,
    recordChange(ctx, ctx.directory, { action: "key.generate", targetId: key.prefix, aboutUserId: actor.userId, after: { name, ...reachOf(key) } }),
    ...(await keepAnswer(ctx, ctx.directory, key)),
  ]);
  return key;
}
