import { apiKeys } from "../db/schema/index.ts";
import { AppError, type Context, commit, guarded, requirePermission } from "../platform/index.ts";
import { canonicalRanges } from "./make-key.ts";
import { findKey } from "./queries.ts";
import { beyond } from "./reach.ts";
import { refuseReach } from "./refuse-reach.ts";
import type { Key, UpdateKeyInput } from "./schemas.ts";
import { isItself, reachOf, requirePowerOver, type StoredKey, statusOf, toKey, unchanged } from "./stored-key.ts";

/**
 * Changes what a key that works may do; that counts from its next request on.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to edit; `conflict` for one that ended or was rotated, and when
 *   somebody else changed it meanwhile; `invalid` where it would go beyond the caller
 */
export async function updateKey(ctx: Context, prefix: string, input: UpdateKeyInput): Promise<Key> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  refuseWider(ctx, stored);
  requireActive(ctx, stored);
  const { name, scopes, expiresAt, allowedIps } = input;
  const wanted = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(allowedIps === undefined ? {} : { allowedIps: canonicalRanges(allowedIps) }),
  };
  refuseReach(ctx, wanted);
  const changes = { ...wanted, ...(name === undefined ? {} : { name }) };
  if (Object.keys(changes).length === 0) return toKey(stored, ctx.now());
  await commit(ctx.directory, guarded(ctx.directory, ctx.directory.update(apiKeys).set(changes).where(unchanged(stored))));
  return toKey({ ...stored, row: { ...stored.row, ...changes } }, ctx.now());
}

/** @throws AppError `conflict` for a key that does not go on: bringing it back would surprise whoever ended it */
export function requireActive({ now }: Context, stored: StoredKey): void {
  const status = statusOf(stored, now());
  if (status !== "active") throw new AppError("conflict", `This API key is ${status}. Generate a new one.`);
}

/**
 * A key changes no other key that may do more than itself: it could take away what holds that one back.
 * @throws AppError `forbidden`
 */
function refuseWider(ctx: Context, stored: StoredKey): void {
  if (ctx.actor.kind !== "key" || isItself(ctx, stored) || beyond(ctx.actor, reachOf(stored)).length === 0) return;
  throw new AppError("forbidden", "This API key may do more, for longer or from elsewhere than the one that asks. Use a key that reaches as far, or sign in.");
}
