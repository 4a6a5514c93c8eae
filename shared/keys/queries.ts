import { and, desc, eq, gt, gte, isNotNull, isNull, lt, lte, or, type SQL } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { apiKeys, members, users, workspaces } from "../db/schema/index.ts";
import { standingColumns } from "../identity/index.ts";
import { AppError, type Context, decodeCursor, Id, pageOf, requirePermission } from "../platform/index.ts";
import type { Key, KeyList, KeyStatus, ListKeysQuery } from "./schemas.ts";
import { type StoredKey, toKey } from "./stored-key.ts";

/** The membership that a key lives by. Who came back is a member since then: a key that was made at the moment they left does not come back with them. */
export const makersMembership = and(
  eq(members.workspaceId, apiKeys.workspaceId),
  eq(members.userId, apiKeys.createdBy),
  gte(apiKeys.createdAt, members.createdAt),
);

/** A key as its check needs it; undefined when no key has this hash or its maker has not been a member of its workspace since they made it. */
export async function findKeyByHash(db: Database, hash: string) {
  const [row] = await db
    .select({
      id: apiKeys.id,
      workspaceId: workspaces.id,
      userId: apiKeys.createdBy,
      scopes: apiKeys.scopes,
      allowedIps: apiKeys.allowedIps,
      limits: apiKeys.limits,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      lastUsedAt: apiKeys.lastUsedAt,
      isOperator: users.isOperator,
      role: members.role,
      ...standingColumns,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .innerJoin(members, makersMembership)
    .where(eq(apiKeys.hash, hash))
    .limit(1);
  return row;
}

/** The workspace's keys, newest first, with those that ended unless a status is asked for. */
export async function listKeys(ctx: Context, { limit, cursor, status }: ListKeysQuery): Promise<KeyList> {
  requirePermission(ctx, "keys:read");
  const now = ctx.now();
  const before = cursor === undefined ? undefined : lt(apiKeys.id, decodeCursor(cursor, Id("key")));
  const which = and(before, status === undefined ? undefined : hasStatus[status](now));
  const { items, ...rest } = pageOf(await selectKeys(ctx, which, limit + 1), limit, ({ row }) => row.id);
  return { items: items.map((stored) => toKey(stored, now)), ...rest };
}

/** @throws AppError `not_found` also for another workspace's key */
export async function getKey(ctx: Context, prefix: string): Promise<Key> {
  requirePermission(ctx, "keys:read");
  return toKey(await findKey(ctx, prefix), ctx.now());
}

/** The row of a key of this workspace; `not_found` else. */
export async function findKey(ctx: Context, prefix: string): Promise<StoredKey> {
  const [stored] = await selectKeys(ctx, eq(apiKeys.prefix, prefix), 1);
  if (stored === undefined) throw new AppError("not_found", "There is no such API key.");
  return stored;
}

const isHeld = and(isNull(apiKeys.revokedAt), isNotNull(members.userId));

/** The keys that `toKey` gives each status, for a query that has joined the makers' memberships. */
const hasStatus: Readonly<Record<KeyStatus, (now: number) => SQL | undefined>> = {
  revoked: () => or(isNotNull(apiKeys.revokedAt), isNull(members.userId)),
  rotated: () => and(isHeld, isNotNull(apiKeys.rotatedTo)),
  expired: (now) => and(isHeld, isNull(apiKeys.rotatedTo), lte(apiKeys.expiresAt, now)),
  active: (now) => and(isHeld, isNull(apiKeys.rotatedTo), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now))),
};

async function selectKeys({ directory, workspaceId }: Context, which: SQL | undefined, limit: number): Promise<StoredKey[]> {
  const rows = await directory
    .select({ row: apiKeys, maker: { id: users.id, name: users.name, email: users.email }, memberId: members.userId })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .leftJoin(members, makersMembership)
    .where(and(eq(apiKeys.workspaceId, workspaceId), which))
    .orderBy(desc(apiKeys.id))
    .limit(limit);
  return rows.map(({ row, maker, memberId }) => ({ row, maker, isMakerHere: memberId !== null }));
}
