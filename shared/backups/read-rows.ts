import { z } from "zod";
import { type Cell, cellOf, lineOf, literalOf, quoteName } from "./cells.ts";

/** Runs one SELECT, given as a text. */
export type Query = (sql: string) => Promise<readonly unknown[]>;

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** By which its rows are in order: its primary key. */
  readonly key: readonly string[];
}

/** How much is read at once: so many rows at most, and no further row once there are so many characters. */
export interface ReadLimit {
  readonly rows: number;
  readonly characters?: number;
}

export interface ReadRows {
  readonly rows: number;
  /** One line for each row. */
  readonly lines: string;
  /** The key of the last one; null when there was none. */
  readonly last: readonly Cell[] | null;
}

const Names = z.array(z.object({ name: z.string() }));
const Columns = z.array(z.object({ name: z.string(), pk: z.int() }));

/** The names of all tables that are Mentha's own. */
export async function tableNames(query: Query): Promise<string[]> {
  const own = "substr(name, 1, 7) <> 'sqlite_' AND substr(name, 1, 4) <> '_cf_' AND name <> 'd1_migrations'";
  return Names.parse(await query(`SELECT name FROM sqlite_master WHERE type = 'table' AND ${own} ORDER BY name`)).map(({ name }) => name);
}

/** The names of the migrations that the database has seen, in order; none where nothing keeps count of them. */
export async function appliedMigrations(query: Query): Promise<string[]> {
  const known = await query("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'd1_migrations'");
  return known.length === 0 ? [] : Names.parse(await query("SELECT name FROM d1_migrations ORDER BY id")).map(({ name }) => name);
}

export async function readShape(query: Query, name: string): Promise<TableShape> {
  const columns = Columns.parse(await query(`SELECT name, pk FROM pragma_table_info(${literalOf(name)})`));
  const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
  return { name, columns: columns.map((column) => column.name), key: key.length === 0 ? ["rowid"] : key.map((column) => column.name) };
}

/** The next rows of a table, in the order of its key: one statement, so that they are as they were at one moment. */
export async function readRows(query: Query, shape: TableShape, after: readonly Cell[] | null, limit: ReadLimit): Promise<ReadRows> {
  const found = z.array(z.record(z.string(), z.unknown())).parse(await query(rowsSql(shape, after, limit)));
  const cellsAt = (row: Readonly<Record<string, unknown>>, names: readonly string[]) =>
    names.map((column) => cellOf(row[column], { table: shape.name, column }));
  const last = found.at(-1);
  return {
    rows: found.length,
    lines: found.map((row) => `${lineOf(cellsAt(row, shape.columns))}\n`).join(""),
    last: last === undefined ? null : cellsAt(last, shape.key),
  };
}

function rowsSql({ name, columns, key }: TableShape, after: readonly Cell[] | null, { rows, characters }: ReadLimit): string {
  const keyNames = key.map(quoteName).join(", ");
  const where = after === null ? "" : ` WHERE (${keyNames}) > (${after.map(literalOf).join(", ")})`;
  const source = `FROM ${quoteName(name)}${where} ORDER BY ${keyNames}`;
  const selected = [...new Set([...columns, ...key])].map(quoteName).join(", ");
  if (characters === undefined) return `SELECT ${selected} ${source} LIMIT ${rows}`;
  // First only the sizes are summed up: rows may be 2 MB each, and thousands of those must not be in memory. The first row is always taken.
  const size = columns.map((column) => `coalesce(length(${quoteName(column)}), 0)`).join(" + ");
  const sized = `SELECT ${keyNames}, ${size} AS "size of it" ${source} LIMIT ${rows}`;
  const before = `SELECT sum("size of it") OVER (ORDER BY ${keyNames} ROWS UNBOUNDED PRECEDING) - "size of it" AS "size before" FROM (${sized})`;
  return `SELECT ${selected} ${source} LIMIT (SELECT count(*) FROM (${before}) WHERE "size before" < ${characters})`;
}
