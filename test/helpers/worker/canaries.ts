import { env } from "cloudflare:workers";
import { getTableColumns } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { directoryDatabase } from "../../../shared/db/client.ts";

/** What a canary says of itself where it is secret, which no export may hold. */
export const secretMark = "-secret";

/**
 * Stores a row whose every text is a canary that names its column, with `values` in place of some. Texts of columns in `secret` say so.
 * JSON that is not given is `{"canary": …}`.
 */
export async function storeCanaries(
  table: SQLiteTable,
  canary: string,
  values: Readonly<Record<string, unknown>>,
  secret: readonly string[] = [],
): Promise<void> {
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  const row = Object.fromEntries(
    columns
      // The database counts by itself.
      .filter(([name, column]) => !(column.primary && column.dataType === "number") || name in values)
      .map(([name, column]) => [name, name in values ? values[name] : filled(column, `${canary}-${name}${secret.includes(name) ? secretMark : ""}`)]),
  );
  await directoryDatabase(env).insert(table).values(row);
}

function filled({ dataType, enumValues }: SQLiteColumn, canary: string): unknown {
  if (enumValues !== undefined && enumValues.length > 0) return enumValues[0];
  if (dataType === "string") return canary;
  if (dataType === "boolean") return false;
  return dataType === "json" ? { canary } : 1;
}
