import { z } from "zod";
import { createLazyTables, type LazyTables } from "../../platform/index.ts";
import type { Minute, Peaks } from "./minutes.ts";
import { LeafReport, ShardReport } from "./reports.ts";
import { rootOnly, Tree } from "./tree.ts";

// WITHOUT ROWID: a key that SQLite keeps in an index of its own would make a second row of the first write.
const tables = `CREATE TABLE IF NOT EXISTS shard (
  workspace_id TEXT NOT NULL,
  shard INTEGER NOT NULL,
  report TEXT NOT NULL,                       -- JSON: ShardReport
  PRIMARY KEY (workspace_id, shard)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS leaf (name TEXT PRIMARY KEY, report TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS minute (
  at INTEGER PRIMARY KEY,
  users INTEGER NOT NULL,
  active INTEGER NOT NULL,
  connections INTEGER NOT NULL,
  most_users INTEGER NOT NULL,
  most_connections INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID -- tree, peaks`;

const PeakRow = z.object({ count: z.number(), at: z.number().nullable() });
const PeaksRow = z.object({ users: PeakRow, connections: PeakRow });

/** All that is stored, in memory. */
export interface Held {
  /** By workspace and number of the object of sockets. */
  readonly shards: Map<string, Map<number, ShardReport>>;
  readonly leaves: Map<string, LeafReport>;
  /** Of the last 24 hours, oldest first; those in which something was said. */
  minutes: Minute[];
  /** Of the minutes that are not kept any more; null while all are. */
  formerPeaks: Peaks | null;
  tree: Tree;
}

/** The rows, without what is in memory of them. */
export interface TotalsRows {
  read(): Held;
  saveShard(report: ShardReport): void;
  dropShard(workspaceId: string, shard: number): void;
  dropWorkspace(workspaceId: string): void;
  saveLeaf(report: LeafReport): void;
  dropLeaf(name: string): void;
  saveMinute(minute: Minute): void;
  /** That one too. */
  dropMinutesUntil(time: number): void;
  saveSetting(name: "tree" | "peaks", value: unknown): void;
}

export function createTotalsRows(sql: SqlStorage): TotalsRows {
  const lazy = createLazyTables(sql, "setting", tables);
  const { write, drop } = lazy;
  return {
    read: () => ({ shards: readShards(lazy), leaves: readLeaves(lazy), minutes: readMinutes(lazy), ...readSettings(lazy) }),
    saveShard(report) {
      const { workspaceId, shard } = report.snapshot;
      write(
        "INSERT INTO shard (workspace_id, shard, report) VALUES (?, ?, ?) ON CONFLICT (workspace_id, shard) DO UPDATE SET report = excluded.report",
        workspaceId,
        shard,
        JSON.stringify(report),
      );
    },
    dropShard: (workspaceId, shard) => drop("DELETE FROM shard WHERE workspace_id = ? AND shard = ?", workspaceId, shard),
    dropWorkspace: (workspaceId) => drop("DELETE FROM shard WHERE workspace_id = ?", workspaceId),
    saveLeaf: (report) =>
      write("INSERT INTO leaf (name, report) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET report = excluded.report", report.leaf, JSON.stringify(report)),
    dropLeaf: (name) => drop("DELETE FROM leaf WHERE name = ?", name),
    saveMinute: ({ at, users, active, connections, mostUsers, mostConnections }) =>
      write("INSERT OR REPLACE INTO minute VALUES (?, ?, ?, ?, ?, ?)", at, users, active, connections, mostUsers, mostConnections),
    dropMinutesUntil: (time) => drop("DELETE FROM minute WHERE at <= ?", time),
    saveSetting: (name, value) =>
      write("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, JSON.stringify(value)),
  };
}

function readShards({ rows }: LazyTables): Held["shards"] {
  const shards: Held["shards"] = new Map();
  for (const { report } of rows<{ report: string }>("SELECT report FROM shard")) {
    const parsed = ShardReport.parse(JSON.parse(report));
    const { workspaceId, shard } = parsed.snapshot;
    shards.set(workspaceId, (shards.get(workspaceId) ?? new Map()).set(shard, parsed));
  }
  return shards;
}

function readLeaves({ rows }: LazyTables): Held["leaves"] {
  const leaves = rows<{ report: string }>("SELECT report FROM leaf").map(({ report }) => LeafReport.parse(JSON.parse(report)));
  return new Map(leaves.map((each) => [each.leaf, each]));
}

const readMinutes = ({ rows }: LazyTables): Minute[] =>
  rows<{ at: number; users: number; active: number; connections: number; mostUsers: number; mostConnections: number }>(
    "SELECT at, users, active, connections, most_users AS mostUsers, most_connections AS mostConnections FROM minute ORDER BY at",
  );

function readSettings({ rows }: LazyTables): Pick<Held, "formerPeaks" | "tree"> {
  const settings = new Map(rows<{ name: string; value: string }>("SELECT name, value FROM setting").map(({ name, value }) => [name, value]));
  const peaks = settings.get("peaks");
  const tree = settings.get("tree");
  return { formerPeaks: peaks === undefined ? null : PeaksRow.parse(JSON.parse(peaks)), tree: tree === undefined ? rootOnly : Tree.parse(JSON.parse(tree)) };
}
