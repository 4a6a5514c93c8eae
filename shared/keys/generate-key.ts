import { type Context, commit, requirePermission } from "../platform/index.ts";
import { canonicalRanges, makeKey } from "./make-key.ts";
import { refuseReach } from "./refuse-reach.ts";
import type { GeneratedKey, GenerateKeyInput } from "./schemas.ts";

/**
 * Makes a key of the caller's own, or of the maker of the key that asks, whose end and ranges it gets unless told otherwise.
 * @throws AppError `invalid` where it would go beyond whoever makes it
 */
export async function generateKey(ctx: Context, { name, scopes, expiresAt, allowedIps }: GenerateKeyInput): Promise<GeneratedKey> {
  requirePermission(ctx, "keys:write");
  const { actor } = ctx;
  const inherited = actor.kind === "key" ? actor : { expiresAt: null, allowedIps: [] };
  const reach = {
    scopes,
    expiresAt: expiresAt === undefined ? inherited.expiresAt : expiresAt,
    allowedIps: allowedIps === undefined ? inherited.allowedIps : canonicalRanges(allowedIps),
  };
  refuseReach(ctx, reach);
  const { key, statement } = await makeKey(ctx, { ...reach, name, createdBy: actor.userId });
  await commit(ctx.directory, [statement]);
  return key;
}
