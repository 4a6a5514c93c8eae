import { z } from "zod";
import { createLazyTables, dayMs, hourMs, minuteMs } from "../platform/index.ts";
import type { MetricsDelta } from "./delta.ts";
import { nothingSeen, Seen, see } from "./seen.ts";
import { addDelta, addSeries, PackedSeries } from "./series.ts";

export interface CollectorDeps {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly now: () => number;
}

/** Windows that are read, in minutes. */
export type Window = 1 | 5 | 60;

/** What was measured in whole minutes; the present one is left out, since isolates tell up to 10 s late. */
export interface Measurements {
  /** End of the last whole minute, ms since 1970. */
  readonly until: number;
  readonly inLast: Readonly<Record<Window, PackedSeries>>;
  /** Since `since`. */
  readonly ever: PackedSeries;
  /** When the first was told; null before that. */
  readonly since: number | null;
  /** Observations since then of which isolates said that they could not tell them. */
  readonly lost: number;
}

/** Adds up what isolates measured. A delta is three rows: its isolate's, its minute's, and that of the totals. */
export interface Collector {
  /** Adds it, unless it was added before. */
  push(delta: MetricsDelta): void;
  read(): Measurements;
  /** What an alarm is for: forgets what is too old. */
  tidy(): void;
  /** When `tidy` is wanted next; null for not before something is told. */
  wakeAt(): number | null;
}

const keptMs = dayMs;
/** A delta is not sent again after this; its isolate is forgotten. */
const isolateKeptMs = hourMs;

const Totals = z.object({ series: PackedSeries, since: z.number().nullable(), lost: z.number() });

const tables = `CREATE TABLE IF NOT EXISTS minute (at INTEGER PRIMARY KEY, series TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS isolate (id TEXT PRIMARY KEY, heard_at INTEGER NOT NULL, seen TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS total (id INTEGER PRIMARY KEY CHECK (id = 0), value TEXT NOT NULL)`;

const minuteOf = (time: number): number => Math.floor(time / minuteMs) * minuteMs;

export function createCollector({ sql, transact, now }: CollectorDeps): Collector {
  const { make, rows, write, drop } = createLazyTables(sql, "total", tables);

  const totals = (): z.infer<typeof Totals> => {
    const [row] = rows<{ value: string }>("SELECT value FROM total");
    return row === undefined ? { series: {}, since: null, lost: 0 } : Totals.parse(JSON.parse(row.value));
  };
  const minutesFrom = (from: number, until: number): PackedSeries[] =>
    rows<{ series: string }>("SELECT series FROM minute WHERE at >= ? AND at < ?", from, until).map(({ series }) => PackedSeries.parse(JSON.parse(series)));
  const seenOf = (isolate: string): Seen => {
    const [row] = rows<{ seen: string }>("SELECT seen FROM isolate WHERE id = ?", isolate);
    return row === undefined ? nothingSeen : Seen.parse(JSON.parse(row.seen));
  };

  const add = (delta: MetricsDelta, seen: Seen): void => {
    const time = now();
    write(
      "INSERT INTO isolate (id, heard_at, seen) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET heard_at = excluded.heard_at, seen = excluded.seen",
      delta.isolate,
      time,
      JSON.stringify(seen),
    );
    // A clock that is wrong must not fill minutes that are still to come, or those that are about to be forgotten.
    const at = minuteOf(Math.min(time, Math.max(delta.at, time - isolateKeptMs)));
    const [minute = {}] = minutesFrom(at, at + minuteMs);
    addDelta(minute, delta);
    write("INSERT INTO minute (at, series) VALUES (?, ?) ON CONFLICT (at) DO UPDATE SET series = excluded.series", at, JSON.stringify(minute));
    const { series, since, lost } = totals();
    addDelta(series, delta);
    const value = JSON.stringify({ series, since: since ?? time, lost: lost + delta.lost });
    write("INSERT INTO total (id, value) VALUES (0, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value", value);
  };

  return {
    push(delta) {
      make();
      const seen = see(seenOf(delta.isolate), delta);
      if (seen !== null) transact(() => add(delta, seen));
    },

    read() {
      const until = minuteOf(now());
      const sumOf = (minutes: Window): PackedSeries => {
        const sum: PackedSeries = {};
        for (const series of minutesFrom(until - minutes * minuteMs, until)) addSeries(sum, series);
        return sum;
      };
      const { series, since, lost } = totals();
      return { until, inLast: { 1: sumOf(1), 5: sumOf(5), 60: sumOf(60) }, ever: series, since, lost };
    },

    tidy() {
      const time = now();
      transact(() => {
        drop("DELETE FROM minute WHERE at <= ?", time - keptMs);
        drop("DELETE FROM isolate WHERE heard_at <= ?", time - isolateKeptMs);
      });
    },

    wakeAt() {
      const [row] = rows("SELECT 1 FROM minute LIMIT 1");
      return row === undefined ? null : now() + isolateKeptMs;
    },
  };
}
