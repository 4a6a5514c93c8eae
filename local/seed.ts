import { issueKey, readOwners, sqlOn } from "./issue-key.ts";
import type { Runtime } from "./runtime.ts";

const newKey = { environment: "development", name: "Made by npm start", email: "operator@localhost", workspace: "My workspace" } as const;

/** The key of a first operator and workspace, if the database has none yet; undefined otherwise. */
export async function seed(database: Runtime["database"]): Promise<string | undefined> {
  const run = sqlOn(database);
  const owners = await readOwners(run);
  return owners.workspace === undefined ? await issueKey(run, owners, newKey) : undefined;
}

/** Another key for the first workspace; those that exist stay valid. */
export async function addKey(database: Runtime["database"]): Promise<string> {
  const run = sqlOn(database);
  return await issueKey(run, await readOwners(run), newKey);
}
