import { asc, eq } from "drizzle-orm";
import { z } from "zod";
import { apiKeys } from "../shared/db/schema/api-keys.ts";
import { members, users, workspaces } from "../shared/db/schema/identity.ts";
import { newApiKey } from "../shared/platform/api-key.ts";
import type { Environment } from "../shared/platform/config.ts";
import { sha256Hex } from "../shared/platform/hash.ts";
import { newId } from "../shared/platform/ids.ts";
import { permissions } from "../shared/platform/permissions.ts";
import { builder, type RunSql, textOf } from "./sql-text.ts";

/** Who a new key can belong to: the operator and the workspace that came first; undefined where there is none yet. */
export interface Owners {
  readonly operator: { readonly id: string; readonly email: string } | undefined;
  readonly workspace: { readonly id: string; readonly name: string } | undefined;
}

export interface NewKey {
  /** `production` makes a key that begins with `mk_live_`. */
  readonly environment: Environment;
  /** What lists of keys call it. */
  readonly name: string;
  /** Of the operator who is made when there is none. */
  readonly email: string;
  /** Of the operator who is made when there is none; absent, they cannot sign in yet. */
  readonly passwordHash?: string;
  /** The name of the workspace that is made when there is none. */
  readonly workspace: string;
}

const Operators = z.array(z.object({ id: z.string(), email: z.string() }));
const Workspaces = z.array(z.object({ id: z.string(), name: z.string() }));

/** Needs a migrated database. */
export async function readOwners(run: RunSql): Promise<Owners> {
  const [operators, firstWorkspaces] = await run([
    textOf(builder.select({ id: users.id, email: users.email }).from(users).where(eq(users.isOperator, true)).orderBy(asc(users.id)).limit(1)),
    textOf(builder.select({ id: workspaces.id, name: workspaces.name }).from(workspaces).orderBy(asc(workspaces.id)).limit(1)),
  ]);
  return { operator: Operators.parse(operators)[0], workspace: Workspaces.parse(firstWorkspaces)[0] };
}

/** Stores a new key with every permission, and the owners that are missing, in one batch. The key is returned and kept nowhere. */
export async function issueKey(run: RunSql, { operator, workspace }: Owners, options: NewKey): Promise<string> {
  const { email, passwordHash } = options;
  const createdAt = Date.now();
  const createdBy = operator?.id ?? newId("user", createdAt);
  const workspaceId = workspace?.id ?? newId("workspace", createdAt);
  const { key, prefix } = newApiKey(options.environment);
  const row = {
    id: newId("key", createdAt),
    workspaceId,
    createdBy,
    name: options.name,
    prefix,
    hash: await sha256Hex(key),
    scopes: [...permissions],
    createdAt,
  };
  await run([
    ...(operator ? [] : [textOf(builder.insert(users).values({ id: createdBy, email, passwordHash, isOperator: true, createdAt }))]),
    ...(workspace ? [] : [textOf(builder.insert(workspaces).values({ id: workspaceId, name: options.workspace, createdAt }))]),
    // A key is worth what its maker may do in the workspace.
    textOf(builder.insert(members).values({ workspaceId, userId: createdBy, role: "admin", createdAt }).onConflictDoNothing()),
    textOf(builder.insert(apiKeys).values(row)),
  ]);
  return key;
}
