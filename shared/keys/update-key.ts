import { apiKeys } from "../db/schema/index.ts";
import { AppError, type Context, commit, guarded, requirePermission } from "../platform/index.ts";
import { canonicalRanges } from "./make-key.ts";
import { findKey } from "./queries.ts";
import { beyond } from "./reach.ts";
import { refuseReach } from "./refuse-reach.ts";
import type { Key, UpdateKeyInput } from "./schemas.ts";
import { isItself, isMaker, reachOf, requireActive, requirePowerOver, type StoredKey, toKey, unchanged } from "./stored-key.ts";
import { wider } from "./wider.ts";

/**
 * Changes what a key that works may do; that counts from its next request on. Somebody else's key is narrowed only: it acts in the name of its maker.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to edit; `conflict` for one that ended or was rotated, and when
 *   somebody else changed it meanwhile; `invalid` where it would go beyond the caller,
 *   or beyond what somebody else's key is already
 */
export async function updateKey(ctx: Context, prefix: string, input: UpdateKeyInput): Promise<Key> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  refuseBeyond(ctx, stored);
  requireActive(ctx, stored);
  const { name, scopes, expiresAt, allowedIps } = input;
  const wanted = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(allowedIps === undefined ? {} : { allowedIps: canonicalRanges(allowedIps) }),
  };
  refuseReach(ctx, wanted, isMaker(ctx, stored) ? [] : wider(reachOf(stored), wanted));
  const changes = { ...wanted, ...(name === undefined ? {} : { name }) };
  if (Object.keys(changes).length === 0) return toKey(stored, ctx.now());
  await commit(ctx.directory, guarded(ctx.directory, ctx.directory.update(apiKeys).set(changes).where(unchanged(stored))));
  return toKey({ ...stored, row: { ...stored.row, ...changes } }, ctx.now());
}

/**
 * Nobody changes somebody else's key that may do more than they may themselves, and no key changes another that reaches further than itself:
 * they could take away what holds it back.
 * @throws AppError `forbidden`
 */
function refuseBeyond(ctx: Context, stored: StoredKey): void {
  const { actor } = ctx;
  const isOwn = actor.kind === "key" ? isItself(ctx, stored) : isMaker(ctx, stored);
  if (isOwn || beyond(actor, reachOf(stored)).length === 0) return;
  throw new AppError("forbidden", `This API key ${actor.kind === "key" ? fartherThanKey : moreThanPerson}`);
}

const fartherThanKey = "may do more, for longer or from elsewhere than the one that asks. Use a key that reaches as far, or sign in.";
const moreThanPerson = "may do what you may not, so you cannot change it. Its maker can; you can revoke it.";
