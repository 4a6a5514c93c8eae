import { and, eq, isNull, type SQL } from "drizzle-orm";
import { apiKeys } from "../db/schema/index.ts";
import { AppError, type Context, requirePermission } from "../platform/index.ts";
import type { GeneratedKey, Key, KeyStatus } from "./schemas.ts";

/** A key as it is stored, with who made it. */
export interface StoredKey {
  readonly row: typeof apiKeys.$inferSelect;
  readonly maker: Key["createdBy"];
  /** Whether its maker is in the workspace, and has been since they made it; else it opens nothing. */
  readonly isMakerHere: boolean;
}

function statusOf({ row, isMakerHere }: StoredKey, now: number): KeyStatus {
  if (row.revokedAt !== null || !isMakerHere) return "revoked";
  if (row.rotatedTo !== null) return "rotated";
  return row.expiresAt !== null && row.expiresAt <= now ? "expired" : "active";
}

export function toKey(stored: StoredKey, now: number): Key {
  const { lastUsedAt, rotatedTo } = stored.row;
  return { ...describedOf(stored.row), lastUsedAt, createdBy: stored.maker, status: statusOf(stored, now), rotatedTo };
}

/** What a key's list entry and its birth have in common. */
export function describedOf(row: Omit<GeneratedKey, "key">): Omit<GeneratedKey, "key"> {
  const { prefix, name, scopes, expiresAt, allowedIps, limits, version, createdAt } = row;
  return { prefix, name, scopes, expiresAt, allowedIps, limits, version, createdAt };
}

/** @throws AppError `conflict` for a key that does not go on: bringing it back would surprise whoever ended it */
export function requireActive({ now }: Context, stored: StoredKey): void {
  const status = statusOf(stored, now());
  if (status !== "active") throw new AppError("conflict", `This API key is ${status}. Generate a new one.`);
}

/** One's own keys need `keys:write`, those of others `keys:manage`. */
export function requirePowerOver(ctx: Context, stored: StoredKey): void {
  requirePermission(ctx, isMaker(ctx, stored) ? "keys:write" : "keys:manage");
}

/** Whether the caller made the key, or is a key of its maker. */
export const isMaker = ({ actor }: Context, { row }: StoredKey): boolean => actor.userId === row.createdBy;

/** Whether the caller is the key itself. */
export const isItself = ({ actor }: Context, { row }: StoredKey): boolean => actor.kind === "key" && actor.id === row.id;

/** The row of a key that still is what it was when it was read: whoever comes second must look again. */
export function unchanged({ row: { id, workspaceId, version } }: StoredKey): SQL | undefined {
  // Keys of somebody who leaves are revoked all at once.
  return and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.version, version), isNull(apiKeys.revokedAt));
}
