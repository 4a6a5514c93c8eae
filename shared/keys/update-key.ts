import { beforeAndAfter, recordChange } from "../audit-log/index.ts";
import { apiKeys } from "../db/schema/index.ts";
import { AppError, type Context, commitOr, type FieldError, guarded, requirePermission, requireVersion, versionClash } from "../platform/index.ts";
import { canonicalRanges } from "./make-key.ts";
import { canonicalLimits, usualLimits } from "./own-limits.ts";
import { findKey } from "./queries.ts";
import { beyond, type Reach, reachOf } from "./reach.ts";
import { refuseReach } from "./refuse-reach.ts";
import type { Key, UpdateKeyInput } from "./schemas.ts";
import { isItself, isMaker, requireActive, requirePowerOver, type StoredKey, toKey, unchanged } from "./stored-key.ts";
import { wider } from "./wider.ts";

/**
 * Changes what a key that works may do; that counts from its next request on. Somebody else's key is narrowed only: it acts in the name of its maker.
 * `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`; `forbidden` for a key that is not the caller's to edit; `conflict` for one that ended, was rotated, or was
 *   changed in the meantime; `precondition_failed` when it is at another version; `invalid` where it would go beyond the caller,
 *   or beyond what somebody else's key is already
 */
export async function updateKey(ctx: Context, prefix: string, input: UpdateKeyInput, ifVersion?: number): Promise<Key> {
  requirePermission(ctx, "keys:write");
  const stored = await findKey(ctx, prefix);
  requirePowerOver(ctx, stored);
  refuseBeyond(ctx, stored);
  requireActive(ctx, stored);
  requireVersion(stored.row, ifVersion);
  const { name, scopes, expiresAt, allowedIps, limits } = input;
  const wanted = {
    ...(scopes === undefined ? {} : { scopes }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(allowedIps === undefined ? {} : { allowedIps: canonicalRanges(allowedIps) }),
    ...(limits === undefined ? {} : { limits: canonicalLimits(limits) }),
  };
  const current = reachOf(stored.row);
  refuseReach(ctx, wanted, { current, more: isMaker(ctx, stored) ? [] : widerForOthers(ctx, current, wanted) });
  return edit(ctx, stored, { ...wanted, ...(name === undefined ? {} : { name }) }, ifVersion);
}

/** What is more of somebody else's key than it has; limits are for operators to raise, who know what the installation bears. */
function widerForOthers(ctx: Context, current: Reach, { limits, ...wanted }: Partial<Reach>): FieldError[] {
  const isLimitsToo = limits !== undefined && !ctx.actor.permissions.has("operations:write");
  return wider(current, isLimitsToo ? { ...wanted, limits } : wanted, usualLimits(ctx));
}

type Editable = Pick<StoredKey["row"], "name" | "scopes" | "expiresAt" | "allowedIps" | "limits">;

/** Writes what differs from what is stored, if anything does. */
async function edit(ctx: Context, stored: StoredKey, wanted: Partial<Editable>, ifVersion: number | undefined): Promise<Key> {
  const { directory } = ctx;
  const { row } = stored;
  const difference = beforeAndAfter(row, wanted);
  // Also where it was done before: whoever sends this again because no answer came may have left connections open.
  ctx.rightsChanges.push({ workspaceId: row.workspaceId, userId: row.createdBy, actorId: row.id });
  if (difference === null) return toKey(stored, ctx.now());
  const changes = { ...difference.after, version: row.version + 1 };
  await commitOr(
    directory,
    [
      ...guarded(directory, directory.update(apiKeys).set(changes).where(unchanged(stored))),
      recordChange(ctx, directory, { action: "key.update", targetId: row.prefix, aboutUserId: row.createdBy, ...difference }),
    ],
    async () => {
      requireActive(ctx, await findKey(ctx, row.prefix));
      return versionClash(ifVersion);
    },
  );
  return toKey({ ...stored, row: { ...row, ...changes } }, ctx.now());
}

/**
 * Nobody changes somebody else's key that may do more than they may themselves, and no key changes another that reaches further than itself:
 * they could take away what holds it back.
 * @throws AppError `forbidden`
 */
function refuseBeyond(ctx: Context, stored: StoredKey): void {
  const { actor } = ctx;
  const reach = reachOf(stored.row);
  const isOwn = actor.kind === "key" ? isItself(ctx, stored) : isMaker(ctx, stored);
  if (isOwn || beyond(actor, reach, { usual: usualLimits(ctx), current: reach }).length === 0) return;
  throw new AppError("forbidden", `This API key ${actor.kind === "key" ? fartherThanKey : moreThanPerson}`);
}

const fartherThanKey = "may do more, for longer or from elsewhere than the one that asks. Use a key that reaches as far, or sign in.";
const moreThanPerson = "may do what you may not, so you cannot change it. Its maker can; you can revoke it.";
