import { isSQLWrapper, type SQLWrapper } from "drizzle-orm";
import { SQLiteSyncDialect } from "drizzle-orm/sqlite-core";
import { directoryDatabase } from "../shared/db/client.ts";
import type { Statement } from "../shared/platform/index.ts";
import type { Runtime } from "./runtime.ts";

/** Runs SQL texts as one batch, all or none; answers with the rows of each. */
export type RunSql = (statements: readonly string[]) => Promise<readonly (readonly unknown[])[]>;

const none = (): never => {
  throw new Error("This builds SQL; it has no database.");
};

/** Builds statements, ours and those of the domain, and never runs them: they may have to travel to a database that only wrangler reaches. */
export const builder = directoryDatabase({ DB: { prepare: none, batch: none, exec: none, withSession: none, dump: none } });
const dialect = new SQLiteSyncDialect();

/** A statement as text, with its values quoted into it by drizzle. */
export function textOf(statement: SQLWrapper | Statement): string {
  if (!isSQLWrapper(statement)) throw new TypeError("This is no statement that drizzle built.");
  return dialect.sqlToQuery(statement.getSQL().inlineParams()).sql;
}

/** Runs SQL on the database of a Worker on this computer. */
export function sqlOn(database: Runtime["database"]): RunSql {
  return async (statements) => (await database.batch(statements.map((text) => database.prepare(text)))).map(({ results }) => results);
}
