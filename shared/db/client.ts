import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import * as schema from "./schema/index.ts";

export type Database = DrizzleD1Database<typeof schema>;

export interface DatabaseEnv {
  readonly DB: D1Database;
}

/**
 * The database that holds a workspace's rows. Today there is one; when it nears 10 GB there will be several,
 * and this and `allDatabases` are the only places that will know.
 */
export function databaseFor(env: DatabaseEnv, _workspaceId: string): Database {
  return directoryDatabase(env);
}

/** Stands in place of a workspace's id in rows that belong to the installation itself; they live in the directory. */
export const installationId = "installation";

/** Every database, for sweepers, due-time scans and operator lists. */
export function allDatabases(env: DatabaseEnv): Database[] {
  return [directoryDatabase(env)];
}

/** Working out how the tables relate takes longer than many a query, so it is done once for each binding. */
const opened = new WeakMap<D1Database, Database>();

/** The first database: it alone holds identity and the directory of workspaces. */
export function directoryDatabase({ DB }: DatabaseEnv): Database {
  const known = opened.get(DB);
  if (known !== undefined) return known;
  const database = drizzle(DB, { schema });
  opened.set(DB, database);
  return database;
}
