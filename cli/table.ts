import { printable } from "../shared/platform/index.ts";

/** Rows as columns of text below their titles; what a server put into a cell stays on its line and moves no cursor. */
export const table = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  headedTable(
    titles.map((title) => title.toUpperCase()),
    rows,
  );

/** The same below titles that are shown as they are. */
export function headedTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, ...rows].map((row) => row.map(printable));
  const widths = titles.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Names and what belongs to each, one a line. */
export function listing(entries: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...entries.map(([name]) => name.length)) + 2;
  return entries.map(([name, value]) => `${name.padEnd(width)}${printable(value)}\n`).join("");
}

/** A time in ms since 1970 as a person reads it: `2027-03-31 14:05 UTC`. */
export const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** The same with its seconds, for what may happen several times a minute: `2027-03-31 14:05:07 UTC`. */
export const secondsText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
