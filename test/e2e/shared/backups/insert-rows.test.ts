import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { insertsOf } from "../../../../local/backups/insert-rows.ts";
import { type Cell, cellOf, cellsOf, lineOf } from "../../../../shared/backups/cells.ts";

const into = { table: "t", columns: ["id", "text", "bytes", "number"], key: ["id"] };

/** What SQLite has after it was given the statements. */
function stored(rows: readonly (readonly Cell[])[]): unknown[][] {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE t (id TEXT PRIMARY KEY, text TEXT, bytes BLOB, number REAL)");
  for (const statement of insertsOf(into, rows)) database.exec(statement);
  const types = database.prepare("SELECT DISTINCT typeof(text) AS text, typeof(bytes) AS bytes FROM t").all();
  expect(types.every(({ text, bytes }) => ["text", "null"].includes(String(text)) && ["blob", "null"].includes(String(bytes)))).toBe(true);
  return database
    .prepare("SELECT id, text, bytes, number FROM t ORDER BY id")
    .all()
    .map((row) => Object.values(row));
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, n) => (n * 31) % 256);

describe("the statements that insert rows", () => {
  it.each<[string, readonly Cell[]]>([
    ["nulls", ["a", null, null, null]],
    ["quotes and statements", ["a", "it's; -- \"x\"\n');DROP TABLE t;", null, 1]],
    ["a fraction", ["a", "", null, 0.1]],
    ["very large and very small numbers", ["a", "", null, 1.5e300]],
    ["a text with U+0000 in it", ["a", "be\u0000fore and after", null, 0]],
    ["no bytes and no text", ["a", "", new Uint8Array(), -1]],
    ["a text that is longer than a statement", ["a", "it's ".repeat(100_000), null, 1]],
    ["a long text of characters of four bytes", ["a", "x😀".repeat(100_000), null, 1]],
    ["a long text with U+0000 in it", ["a", "ab\u0000漢".repeat(50_000), null, 1]],
    ["many bytes", ["a", null, bytes(400_000), 1]],
    ["many bytes beside a long text", ["a", "y".repeat(80_000), bytes(30_000), 1]],
  ])("bring back %s as they were", (_, row) => {
    expect(stored([row])).toEqual([row]);
  });

  it("are each shorter than D1 takes, and have many rows each where these are short", () => {
    const short = Array.from({ length: 3_000 }, (_, n): Cell[] => [String(n).padStart(5, "0"), "some text that is short", null, n]);
    const long: Cell[] = ["z", "漢'".repeat(300_000), bytes(200_000), 1];
    const statements = insertsOf(into, [...short.slice(0, 1_500), long, ...short.slice(1_500)]);
    for (const statement of statements) expect(Buffer.byteLength(statement)).toBeLessThan(100_000);
    expect(insertsOf(into, short).length).toBeLessThan(5);
    expect(stored([...short, long])).toEqual([...short, long]);
  });
});

describe("a line", () => {
  it.each<[string, Cell[]]>([
    ["nulls and numbers", [null, 0, -1.5, 9_007_199_254_740_991]],
    ["texts of every kind", ["", '\u0000\n\u2028"\\', "😀"]],
    ["bytes", [bytes(300), new Uint8Array()]],
  ])("brings back %s", (_, row) => {
    expect(lineOf(row)).not.toContain("\n");
    expect(cellsOf(lineOf(row))).toEqual(row);
  });

  it.each(['{"a":1}', "[true]", '[{"bytes":1}]', "["])("that no row makes is refused: %s", (line) => {
    expect(() => cellsOf(line)).toThrow(SyntaxError);
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 53, true, undefined])("is not made of %s, which would come back as something else", (value) => {
    expect(() => cellOf(value, { table: "t", column: "c" })).toThrow("A value in the column c of t cannot be copied exactly.");
  });
});
