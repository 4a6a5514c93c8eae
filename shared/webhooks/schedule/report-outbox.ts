import { Told } from "./told.ts";

/** Reports of one write, and about how many characters of them: D1 takes 2 MB a parameter. */
const mostReports = 200;
const mostCharacters = 500_000;

/** Reports that go to the database together. */
export interface OutboxPart {
  readonly reports: readonly Told[];
  readonly upTo: number;
  /** Lines whose next delivery waits for these. */
  readonly lines: readonly string[];
}

/** What the database has not been told, in the order in which it became known. */
export interface ReportOutbox {
  readonly count: number;
  /** When the oldest became known, ms since 1970; null when there is none. */
  readonly oldestAt: number | null;
  add(reports: readonly { readonly told: Told; readonly line: string | null }[], now: number): void;
  /** The next to be told; null when there are none. */
  next(): OutboxPart | null;
  /** These were told. */
  drop(part: OutboxPart): void;
  /** Believes the storage again. */
  reload(): void;
}

/** One parameter takes 2 MB, and each of these may be a good 20 KB. */
function inPieces<T extends { readonly told: string }>(rows: readonly T[]): T[][] {
  const pieces: T[][] = [];
  let characters = mostCharacters;
  for (const row of rows) {
    characters += row.told.length;
    if (characters > mostCharacters) {
      pieces.push([]);
      characters = row.told.length;
    }
    pieces.at(-1)?.push(row);
  }
  return pieces;
}

/** @param exists whether the tables are there. */
export function createReportOutbox(sql: SqlStorage, exists: () => boolean): ReportOutbox {
  let known: number | null = null;
  const count = (): number => {
    if (!exists()) return 0;
    known ??= sql.exec<{ count: number }>("SELECT count(*) AS count FROM report").one().count;
    return known;
  };
  return {
    get count() {
      return count();
    },
    get oldestAt() {
      return count() === 0 ? null : sql.exec<{ at: number }>("SELECT at FROM report ORDER BY seq LIMIT 1").one().at;
    },
    add(reports, now) {
      if (reports.length === 0) return;
      const before = count();
      const rows = reports.map(({ told, line }) => ({ told: JSON.stringify(told), line: told.ticket === null ? null : line }));
      for (const some of inPieces(rows)) {
        sql.exec(
          "INSERT INTO report (at, value, ticket_line) SELECT ?, value ->> 'told', value ->> 'line' FROM json_each(?) ORDER BY key",
          now,
          JSON.stringify(some),
        );
      }
      known = before + rows.length;
    },
    next() {
      if (count() === 0) return null;
      const reports: Told[] = [];
      const lines: string[] = [];
      let upTo = 0;
      let characters = 0;
      for (const row of sql.exec<{ seq: number; value: string; line: string | null }>(
        "SELECT seq, value, ticket_line AS line FROM report ORDER BY seq LIMIT ?",
        mostReports,
      )) {
        characters += row.value.length;
        if (reports.length > 0 && characters > mostCharacters) break;
        reports.push(Told.parse(JSON.parse(row.value)));
        if (row.line !== null) lines.push(row.line);
        upTo = row.seq;
      }
      return { reports, upTo, lines };
    },
    drop({ reports, upTo }) {
      const before = count();
      sql.exec("DELETE FROM report WHERE seq <= ?", upTo);
      known = before - reports.length;
    },
    reload() {
      known = null;
    },
  };
}
