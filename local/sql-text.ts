import type { SQLWrapper } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { Runtime } from "./runtime.ts";

/** Runs SQL texts as one batch, all or none; answers with the rows of each. */
export type RunSql = (statements: readonly string[]) => Promise<readonly (readonly unknown[])[]>;

/** Builds statements and never runs them: they may have to travel to a database that only wrangler reaches. */
export const builder = drizzle(() => Promise.reject(new Error("This builds SQL; it has no database.")));
const dialect = new SQLiteSyncDialect();

/** A statement as text, with its values quoted into it by drizzle. */
export const textOf = (statement: SQLWrapper): string => dialect.sqlToQuery(statement.getSQL().inlineParams()).sql;

/** Runs SQL on the database of a Worker on this computer. */
export function sqlOn(database: Runtime["database"]): RunSql {
  return async (statements) => (await database.batch(statements.map((text) => database.prepare(text)))).map(({ results }) => results);
}
