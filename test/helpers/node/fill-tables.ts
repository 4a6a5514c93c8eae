import type { Runtime } from "../../../local/runtime.ts";
import { quoteName } from "../../../shared/backups/cells.ts";
import { tableNames } from "../../../shared/backups/read-rows.ts";

type Query = (text: string) => Promise<readonly unknown[]>;

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}

/** Texts that SQL or JSON might take for something else. */
const odd = `it's "odd"; -- \n\\ \u0000 é 漢 😀 {"a":[1,null]}`;

/**
 * Stores rows in every table, of so many bytes each or a little more: with every column that may be null once null and once not, and with texts that SQL
 * might stumble over. They are of nobody, so that nothing is done with them.
 */
export async function fillTables(database: Runtime["database"], { rows, bytes }: { readonly rows: number; readonly bytes: number }): Promise<void> {
  const query: Query = async (text) => (await database.prepare(text).all()).results;
  for (const table of await tableNames(query)) {
    const { results: columns } = await database.prepare('SELECT name, type, "notnull", pk FROM pragma_table_info(?)').bind(table).all<Column>();
    const head = `INSERT INTO ${quoteName(table)} (${columns.map(({ name }) => quoteName(name)).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
    const values = (n: number) => columns.map((column) => storedValue(column, `${table} ${n}`, n, bytes));
    await database.batch(Array.from({ length: rows }, (_, n) => database.prepare(head).bind(...values(n))));
  }
}

function storedValue({ name, type, notnull, pk }: Column, unique: string, n: number, bytes: number): string | number | null {
  // A state that nobody knows is neither due nor open.
  if (name === "state" || name === "status") return "succeeded";
  if (notnull === 0 && pk === 0 && n % 2 === 0) return null;
  if (type.toLowerCase() === "integer") return pk > 0 ? 1_000_000 + n : 1_800_000_000_000 + n;
  if (type.toLowerCase() === "real") return 0.1 + n;
  return pk > 0 || /^(id|email|message_id|event_id|prefix|hash)$|_id$/.test(name) ? `${unique} ${name}` : JSON.stringify(`${odd} ${"x".repeat(bytes)}`);
}
