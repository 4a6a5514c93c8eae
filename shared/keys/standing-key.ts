import { and, eq, gt, isNull, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { apiKeys, members, users, workspaces } from "../db/schema/index.ts";
import { isActive, permissionsOf, type Role, requireStanding, standingColumns } from "../identity/index.ts";
import { AppError, type KeyActor, type Permission } from "../platform/index.ts";
import { placeRefusal } from "./place-refusal.ts";
import { makersMembership } from "./queries.ts";

// Of keys that were let in before: whether they still would be, without their text.

/** A key that may act in its workspace. */
export interface StandingKey {
  /** Of its maker. */
  readonly role: Role;
  readonly permissions: ReadonlySet<Permission>;
  /** When the key is over, in ms; null for never. */
  readonly endsAt: number | null;
}

interface Named extends Pick<KeyActor, "id" | "userId"> {
  readonly workspaceId: string;
  /** From where it is used now; null where that is not known. */
  readonly ip: string | null;
}

/** What must hold of a key that is joined to its maker's membership: what `authenticateKey` asks for beside the text. */
const isGood = (now: number): SQL | undefined => and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)));

/**
 * Whether a key still lets in whoever uses it from there, and what it may; null when it does not.
 * @throws AppError `forbidden` from an address that the key may not be used from, and when its maker or its workspace is suspended
 */
export async function findStandingKey(directory: Database, { id, userId, workspaceId, ip }: Named, now: number): Promise<StandingKey | null> {
  const [row] = await directory
    .select({
      scopes: apiKeys.scopes,
      allowedIps: apiKeys.allowedIps,
      expiresAt: apiKeys.expiresAt,
      isOperator: users.isOperator,
      role: members.role,
      ...standingColumns,
    })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .innerJoin(members, makersMembership)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.createdBy, userId), eq(apiKeys.workspaceId, workspaceId), isGood(now)))
    .limit(1);
  if (row === undefined) return null;
  requireStanding(row);
  const misplaced = placeRefusal(row.allowedIps, ip);
  if (misplaced !== null) throw new AppError("forbidden", misplaced);
  const { role, scopes, expiresAt } = row;
  return { role, permissions: new Set([...permissionsOf(row)].filter((name) => scopes.includes(name))), endsAt: expiresAt };
}

/** Those of these keys that may not act in the workspace any more. One query; a few thousand ids at once are what it may be asked for. */
export async function findEndedKeys(directory: Database, workspaceId: string, ids: readonly string[], now: number): Promise<string[]> {
  const id = sql<string>`asked.value`;
  const standing = directory
    .select({ id: apiKeys.id })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .innerJoin(members, makersMembership)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.workspaceId, workspaceId), isGood(now), isActive));
  const rows = await directory
    .select({ id })
    .from(sql`json_each(${JSON.stringify(ids)}) as asked`)
    .where(sql`not exists ${standing}`);
  return rows.map((row) => row.id);
}
