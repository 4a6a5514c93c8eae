import { createHash } from "node:crypto";
import { drizzle } from "drizzle-orm/d1";
import { apiKeys, users, workspaces } from "../shared/db/schema/identity.ts";
import { newApiKey } from "../shared/platform/api-key.ts";
import { permissions } from "../shared/platform/context.ts";
import { newId } from "../shared/platform/ids.ts";
import type { Runtime } from "./runtime.ts";

/** The key of a first operator and workspace, if the database has none yet; undefined otherwise. */
export async function seed(database: Runtime["database"]): Promise<string | undefined> {
  const db = drizzle(database);
  if ((await db.select({ id: workspaces.id }).from(workspaces).limit(1)).length > 0) return undefined;
  const createdAt = Date.now();
  const workspaceId = newId("workspace");
  const userId = newId("user");
  const { key, row } = keyFor(workspaceId, userId, createdAt);
  await db.batch([
    db.insert(users).values({ id: userId, email: "operator@localhost", isOperator: true, createdAt }),
    db.insert(workspaces).values({ id: workspaceId, name: "My workspace", createdAt }),
    db.insert(apiKeys).values(row),
  ]);
  return key;
}

/** Another key for the first workspace; those that exist stay valid. Needs a seeded database. */
export async function addKey(database: Runtime["database"]): Promise<string> {
  const db = drizzle(database);
  const [first] = await db.select().from(apiKeys).orderBy(apiKeys.createdAt).limit(1);
  if (first === undefined) throw new Error("The database has no workspace yet.");
  const { key, row } = keyFor(first.workspaceId, first.createdBy, Date.now());
  await db.insert(apiKeys).values(row);
  return key;
}

function keyFor(workspaceId: string, createdBy: string, createdAt: number): { key: string; row: typeof apiKeys.$inferInsert } {
  const { key, prefix } = newApiKey("development");
  const hash = createHash("sha256").update(key).digest("hex");
  return { key, row: { id: newId("key"), workspaceId, createdBy, name: "Made by npm start", prefix, hash, scopes: [...permissions], createdAt } };
}
