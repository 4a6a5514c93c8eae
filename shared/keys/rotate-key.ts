import { recordChange } from "../audit-log/index.ts";
import { apiKeys } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, commit, guarded, requirePermission, secondMs } from "../platform/index.ts";
import { makeKey } from "./make-key.ts";
import { findKey } from "./queries.ts";
import type { GeneratedKey, RotateKeyInput } from "./schemas.ts";
import { isItself, isMaker, requireActive, type StoredKey, unchanged } from "./stored-key.ts";

/**
 * Puts a new key in the place of one, with all that was said of it; the old one works on for the grace, if any.
 * @throws AppError `not_found`; `forbidden` for a key that is neither the caller nor, in person, of their making; `conflict` for one that ended or was rotated,
 *   also by somebody else at the same time
 */
export async function rotateKey(ctx: Context, prefix: string, { graceSeconds = 0 }: RotateKeyInput): Promise<GeneratedKey> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requireOwn(ctx, stored);
  requireActive(ctx, stored);
  const { row } = stored;
  const { key, statement } = await makeKey(ctx, row);
  const endOfGrace = ctx.now() + graceSeconds * secondMs;
  const end = row.expiresAt === null ? endOfGrace : Math.min(row.expiresAt, endOfGrace);
  const retire = ctx.directory
    .update(apiKeys)
    .set({ rotatedTo: key.prefix, expiresAt: end, version: row.version + 1 })
    .where(unchanged(stored));
  const [before, after] = [{ expiresAt: row.expiresAt }, { expiresAt: end, rotatedTo: key.prefix }];
  ctx.rightsChanges.push({ workspaceId: row.workspaceId, userId: row.createdBy, actorId: row.id });
  await commit(ctx.directory, [
    ...guarded(ctx.directory, retire),
    statement,
    recordChange(ctx, ctx.directory, { action: "key.rotate", targetId: prefix, aboutUserId: row.createdBy, before, after }),
    ...(await keepAnswer(ctx, ctx.directory, key)),
  ]);
  return key;
}

/**
 * Whoever rotates a key gets its successor, which acts in its maker's name for as long as they stay. So that is for the maker, in person, and for
 * the key itself; an admin, and any other key, would hold a credential of somebody else.
 * @throws AppError `forbidden`
 */
function requireOwn(ctx: Context, stored: StoredKey): void {
  const isKey = ctx.actor.kind === "key";
  if (isKey ? isItself(ctx, stored) : isMaker(ctx, stored)) return;
  throw new AppError("forbidden", isKey ? otherKey : otherPerson);
}

const otherKey = "An API key rotates itself and no other. Send the one that is to be rotated, or sign in as its maker.";
const otherPerson = "Only its maker can rotate an API key, since the new one acts in their name. You can revoke it.";
