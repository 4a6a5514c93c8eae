import { hashPassword } from "../shared/identity/passwords/hash-password.ts";
import { issueKey, readOwners } from "./issue-key.ts";
import { localOperator } from "./operator.ts";
import type { RunSql } from "./sql-text.ts";

const newKey = { environment: "development", name: "Made by npm start", email: localOperator, workspace: "My workspace" } as const;

/** The key of a first operator and workspace, if the database has none yet; undefined otherwise. Without a password the operator cannot sign in. */
export async function seed(run: RunSql, password?: string): Promise<string | undefined> {
  const owners = await readOwners(run);
  if (owners.workspace !== undefined) return undefined;
  return await issueKey(run, owners, { ...newKey, ...(password === undefined ? {} : { passwordHash: await hashPassword(password) }) });
}

/** Another key for the first workspace; those that exist stay valid. */
export async function addKey(run: RunSql): Promise<string> {
  return await issueKey(run, await readOwners(run), newKey);
}
