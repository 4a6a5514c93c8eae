import { type Cell, literalOf, quoteName } from "../../shared/backups/cells.ts";

/** D1 takes statements of 100,000 bytes (developers.cloudflare.com/d1/platform/limits); each is closed by a few more. */
const mostBytes = 90_000;
/** In UTF-16 units, of which each is six bytes at most, as hex digits of three bytes. */
const pieceLength = 12_000;
/** What is shorter is not worth a statement of its own. */
const longCell = 500;

interface Into {
  readonly table: string;
  readonly columns: readonly string[];
  /** Columns by which a row is found again. */
  readonly key: readonly string[];
}

/** The statements that insert rows, in their order. A row that is too long for one is inserted short, and what it lacks is then put to its end. */
export function insertsOf({ table, columns, key }: Into, rows: readonly (readonly Cell[])[]): string[] {
  const head = `INSERT INTO ${quoteName(table)} (${columns.map(quoteName).join(", ")}) VALUES\n`;
  const statements: string[] = [];
  let tuples: string[] = [];
  let bytes = 0;
  const flush = () => {
    if (tuples.length > 0) statements.push(head + tuples.join(",\n"));
    tuples = [];
    bytes = 0;
  };
  for (const row of rows) {
    const whole = tupleOf(row);
    const isLong = Buffer.byteLength(whole) > mostBytes;
    const tuple = isLong ? tupleOf(row.map((cell) => (piecesOf(cell).length > 1 ? emptyOf(cell) : cell))) : whole;
    const size = Buffer.byteLength(tuple) + 2;
    if (isLong || bytes + size > mostBytes) flush();
    tuples.push(tuple);
    bytes += size;
    if (!isLong) continue;
    flush();
    const which = key.map((name) => `${quoteName(name)} = ${literalOf(row[columns.indexOf(name)] ?? null)}`).join(" AND ");
    for (const [at, cell] of row.entries()) statements.push(...appendsOf(cell, { table, column: columns[at] ?? "", which }));
  }
  flush();
  return statements;
}

const tupleOf = (row: readonly Cell[]): string => `(${row.map(literalOf).join(", ")})`;

const emptyOf = (cell: Cell): Cell => (typeof cell === "string" ? "" : new Uint8Array());

function appendsOf(cell: Cell, { table, column, which }: { table: string; column: string; which: string }): string[] {
  const pieces = piecesOf(cell);
  if (pieces.length < 2) return [];
  const type = typeof cell === "string" ? "TEXT" : "BLOB";
  // What is put together is a text to SQLite; its bytes stay as they are.
  return pieces.map(
    (piece) => `UPDATE ${quoteName(table)} SET ${quoteName(column)} = CAST(${quoteName(column)} || ${literalOf(piece)} AS ${type}) WHERE ${which}`,
  );
}

/** A value in parts of which each fits into a statement; one for what is short. */
function piecesOf(cell: Cell): Cell[] {
  if (cell === null || typeof cell === "number" || cell.length <= longCell) return [cell];
  const pieces: Cell[] = [];
  for (let from = 0; from < cell.length; ) {
    let to = Math.min(from + pieceLength, cell.length);
    // Not between the halves of one character.
    if (typeof cell === "string" && to < cell.length && /[\ud800-\udbff]/.test(cell.charAt(to - 1))) to -= 1;
    pieces.push(cell.slice(from, to));
    from = to;
  }
  // Two parts at least, or the whole of it would stay in the row that is too long.
  return pieces.length > 1 ? pieces : [cell.slice(0, 0), cell];
}
