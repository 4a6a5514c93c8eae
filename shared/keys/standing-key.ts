import { and, eq, gt, isNull, or, type SQL } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
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
  /** From where it may be used (CIDR); none for everywhere. */
  readonly allowedIps: readonly string[];
}

interface Named extends Pick<KeyActor, "id" | "userId"> {
  readonly workspaceId: string;
  /** From where it is used now; null where that is not known. */
  readonly ip: string | null;
}

/** What must hold of a key that is joined to its maker's membership: what `authenticateKey` asks for beside the text. */
const isGood = (now: number): SQL | undefined => and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)));

const columns = {
  scopes: apiKeys.scopes,
  allowedIps: apiKeys.allowedIps,
  expiresAt: apiKeys.expiresAt,
  isOperator: users.isOperator,
  role: members.role,
};
interface Row {
  readonly scopes: readonly string[];
  readonly allowedIps: readonly string[];
  readonly expiresAt: number | null;
  readonly isOperator: boolean;
  readonly role: Role;
}

const toStanding = (row: Row): StandingKey => ({
  role: row.role,
  permissions: new Set([...permissionsOf(row)].filter((name) => row.scopes.includes(name))),
  endsAt: row.expiresAt,
  allowedIps: row.allowedIps,
});

/**
 * Whether a key still lets in whoever uses it from there, and what it may; null when it does not.
 * @throws AppError `forbidden` from an address that the key may not be used from, and when its maker or its workspace is suspended
 */
export async function findStandingKey(directory: Database, { id, userId, workspaceId, ip }: Named, now: number): Promise<StandingKey | null> {
  const [row] = await directory
    .select({ ...columns, ...standingColumns })
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
  return toStanding(row);
}

/** Of these keys, those that may act in the workspace, and what they may. One query; a few thousand ids at once are what it may be asked for. */
export async function findStandingKeys(
  directory: Database,
  workspaceId: string,
  ids: readonly string[],
  now: number,
): Promise<(StandingKey & Pick<KeyActor, "id">)[]> {
  const rows = await directory
    .select({ id: apiKeys.id, ...columns })
    .from(apiKeys)
    .innerJoin(users, eq(users.id, apiKeys.createdBy))
    .innerJoin(workspaces, eq(workspaces.id, apiKeys.workspaceId))
    .innerJoin(members, makersMembership)
    .where(and(isOneOf(apiKeys.id, ids), eq(apiKeys.workspaceId, workspaceId), isGood(now), isActive));
  return rows.map((row) => ({ id: row.id, ...toStanding(row) }));
}
