import { AppError, fromBase64 } from "../platform/index.ts";

/** What stands in one column of one row. */
export type Cell = null | number | string | Uint8Array;

/** Where a value stands, to say so when it cannot be copied. */
interface Place {
  readonly table: string;
  readonly column: string;
}

/**
 * A value as D1 gives it. It says bytes as a list of numbers, and hands out no integer beyond 2^53 as it is.
 * @throws AppError not retryable for what would come back as something else
 */
export function cellOf(value: unknown, { table, column }: Place): Cell {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))) return value;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (Array.isArray(value)) return Uint8Array.from(value, Number);
  throw new AppError("internal", `A value in the column ${column} of ${table} cannot be copied exactly.`, { retryable: false });
}

/** A row as one line of JSON, without its end. */
export function lineOf(cells: readonly Cell[]): string {
  return JSON.stringify(cells.map((cell) => (cell instanceof Uint8Array ? { bytes: base64Of(cell) } : cell)));
}

/** The row that a line holds. Throws a `SyntaxError` for what is none. */
export function cellsOf(line: string): Cell[] {
  const values: unknown = JSON.parse(line);
  if (!Array.isArray(values)) throw new SyntaxError("This line is no row.");
  return values.map(readCell);
}

function readCell(value: unknown): Cell {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  const bytes: unknown = typeof value === "object" ? Reflect.get(value, "bytes") : undefined;
  if (typeof bytes !== "string") throw new SyntaxError("This line holds something that no row can.");
  return fromBase64(bytes);
}

function base64Of(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** A name of a table or column as SQL takes it. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A value as SQL takes it. SQLite ends a text at its first U+0000, so one with that in it is written as its bytes. */
export function literalOf(cell: Cell): string {
  if (cell === null) return "NULL";
  if (typeof cell === "number") return String(cell);
  if (typeof cell === "string") return cell.includes("\0") ? `CAST(${bytesLiteral(encoder.encode(cell))} AS TEXT)` : `'${cell.replaceAll("'", "''")}'`;
  return bytesLiteral(cell);
}

const encoder = new TextEncoder();
const bytesLiteral = (bytes: Uint8Array): string => `X'${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}'`;
