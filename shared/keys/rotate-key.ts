import { apiKeys } from "../db/schema/index.ts";
import { AppError, type Context, commit, guarded, requirePermission, secondMs } from "../platform/index.ts";
import { makeKey } from "./make-key.ts";
import { findKey } from "./queries.ts";
import { beyond } from "./reach.ts";
import type { GeneratedKey, RotateKeyInput } from "./schemas.ts";
import { isItself, reachOf, requirePowerOver, type StoredKey, unchanged } from "./stored-key.ts";
import { requireActive } from "./update-key.ts";

/**
 * Puts a new key in the place of one, with all that was said of it; the old one works on for the grace, if any.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to rotate; `conflict` for one that ended or was rotated,
 *   also by somebody else at the same time
 */
export async function rotateKey(ctx: Context, prefix: string, { graceSeconds = 0 }: RotateKeyInput): Promise<GeneratedKey> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  refuseGain(ctx, stored);
  requireActive(ctx, stored);
  const { row } = stored;
  const { key, statement } = await makeKey(ctx, row);
  const endOfGrace = ctx.now() + graceSeconds * secondMs;
  const end = row.expiresAt === null ? endOfGrace : Math.min(row.expiresAt, endOfGrace);
  const retire = ctx.directory.update(apiKeys).set({ rotatedTo: key.prefix, expiresAt: end }).where(unchanged(stored));
  await commit(ctx.directory, [...guarded(ctx.directory, retire), statement]);
  return key;
}

/**
 * Whoever rotates a key gets to see the new one, so it must hold nothing that they do not have: an admin must not become an operator by rotating
 * an operator's key, nor a key more than it is by rotating another. One's own keys are no gain to a person.
 * @throws AppError `forbidden`
 */
function refuseGain(ctx: Context, stored: StoredKey): void {
  const { actor } = ctx;
  const isNoGain = actor.kind === "key" ? isItself(ctx, stored) : actor.userId === stored.row.createdBy;
  if (isNoGain || beyond(actor, reachOf(stored)).length === 0) return;
  throw new AppError("forbidden", "This API key may do what you may not, so you cannot have its successor. Its maker can rotate it; you can revoke it.");
}
