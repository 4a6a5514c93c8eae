import { clip } from "../clip.ts";
import { table } from "../table.ts";

/** Columns that a line takes at most, so that it stays one on most terminals. */
export const mostColumns = 120;
const indent = "  ";

/** A row with what there is to say of it in words. */
interface NotedRow {
  readonly cells: readonly string[];
  readonly notes: readonly string[];
}

/** A table in which what takes words stands below its row, on lines of its own. */
export function notedTable(titles: readonly string[], rows: readonly NotedRow[]): string {
  const [head = "", ...lines] = table(
    titles,
    rows.map(({ cells }) => cells),
  ).split("\n");
  const body = rows.flatMap(({ notes }, row) => [lines[row] ?? "", ...notes.map((note) => `${indent}${clip(note, mostColumns - indent.length)}`)]);
  return `${[head, ...body].join("\n")}\n`;
}
