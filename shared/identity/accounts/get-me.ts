import { and, asc, desc, eq } from "drizzle-orm";
import { apiKeys, members, users, workspaces } from "../../db/schema/index.ts";
import { AppError, type VisitorContext } from "../../platform/index.ts";
import { permissionsOf } from "../roles.ts";
import { notMember } from "../sessions/authenticate-session.ts";
import { requireActiveWorkspace } from "../suspension/standing.ts";
import { type Account, type Me, type Membership, maxWorkspaces } from "./me-schemas.ts";

type Directory = VisitorContext["directory"];

/** Who asks, once they were authenticated: of a person `workspaceId` is what they named, of a key what it belongs to. */
export type WhoAsks =
  | { readonly kind: "session"; readonly userId: string; readonly workspaceId: string | undefined }
  | { readonly kind: "key"; readonly userId: string; readonly keyId: string; readonly workspaceId: string };

/** Who somebody is, and what they may do where. @throws AppError `forbidden` for a workspace that is not theirs, or is suspended */
export async function getMe({ directory }: Pick<VisitorContext, "directory">, asks: WhoAsks): Promise<Me> {
  const [user, found, key] = await Promise.all([
    readAccount(directory, asks.userId),
    findMemberships(directory, asks),
    asks.kind === "key" ? findKey(directory, asks.keyId) : undefined,
  ]);
  const current = currentOf(found, asks.workspaceId, user);
  return {
    user,
    workspace: current === null ? null : { ...membershipOf(current), permissions: permitted(current, user, key?.scopes) },
    workspaces: found.map(membershipOf),
    ...(key === undefined ? {} : { key }),
  };
}

/** A user as they see themselves. */
export async function readAccount(directory: Directory, userId: string): Promise<Account> {
  const user = await directory.query.users.findFirst({ where: eq(users.id, userId) });
  if (user === undefined) throw new AppError("internal", `The user ${userId}, who was authenticated, is gone.`);
  const { id, email, name, language, emailVerifiedAt, isOperator } = user;
  return { id, email, name, language, emailVerified: emailVerifiedAt !== null, isOperator };
}

type FoundMembership = Membership & { readonly suspendedAt: number | null };

const membershipOf = ({ id, name, role }: FoundMembership): Membership => ({ id, name, role });

/** The workspace that was named comes first, so that it is among those listed however many there are. */
async function findMemberships(directory: Directory, { kind, userId, workspaceId }: WhoAsks): Promise<FoundMembership[]> {
  return directory
    .select({ id: workspaces.id, name: workspaces.name, role: members.role, suspendedAt: workspaces.suspendedAt })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(and(eq(members.userId, userId), kind === "key" ? eq(members.workspaceId, workspaceId) : undefined))
    .orderBy(desc(eq(workspaces.id, workspaceId ?? "")), asc(workspaces.id))
    .limit(maxWorkspaces);
}

async function findKey(directory: Directory, keyId: string): Promise<Me["key"]> {
  const { prefix, name, scopes, expiresAt } = apiKeys;
  const [key] = await directory.select({ prefix, name, scopes, expiresAt }).from(apiKeys).where(eq(apiKeys.id, keyId)).limit(1);
  return key;
}

/** Who named none is told of all of their workspaces, also of the only one when that is suspended. */
function currentOf(memberships: readonly FoundMembership[], named: string | undefined, user: Account): FoundMembership | null {
  if (named === undefined) {
    const [only, another] = memberships;
    return only !== undefined && another === undefined && only.suspendedAt === null ? only : null;
  }
  const current = memberships.find(({ id }) => id === named);
  if (current === undefined) throw notMember(named);
  requireActiveWorkspace(current.suspendedAt, user);
  return current;
}

/** A key may do what its scopes name and its maker may. */
function permitted({ role }: Membership, { isOperator }: Account, scopes: readonly string[] | undefined) {
  return [...permissionsOf({ role, isOperator })].filter((name) => scopes?.includes(name) ?? true);
}
