import { z } from "zod";
import { type Minute, noPeaks, type Peaks } from "./minutes.ts";
import { LeafReport, ShardReport } from "./reports.ts";
import { rootOnly, Tree } from "./tree.ts";

// WITHOUT ROWID: a key that SQLite keeps in an index of its own would make a second row of the first write.
export const tables = `CREATE TABLE IF NOT EXISTS shard (
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
  readonly shards: Map<string, Map<number, ShardReport>>;
  readonly leaves: Map<string, LeafReport>;
  minutes: Minute[];
  formerPeaks: Peaks;
  tree: Tree;
}

export const nothingHeld = (): Held => ({ shards: new Map(), leaves: new Map(), minutes: [], formerPeaks: noPeaks, tree: rootOnly });

/** What the tables hold. */
export function readTotals(sql: SqlStorage): Held {
  const shards = new Map<string, Map<number, ShardReport>>();
  for (const { report } of sql.exec<{ report: string }>("SELECT report FROM shard")) {
    const parsed = ShardReport.parse(JSON.parse(report));
    const { workspaceId, shard } = parsed.snapshot;
    shards.set(workspaceId, (shards.get(workspaceId) ?? new Map()).set(shard, parsed));
  }
  const leaves = new Map<string, LeafReport>();
  for (const { report } of sql.exec<{ report: string }>("SELECT report FROM leaf")) {
    const parsed = LeafReport.parse(JSON.parse(report));
    leaves.set(parsed.leaf, parsed);
  }
  const minutes = sql
    .exec<{ at: number; users: number; active: number; connections: number; mostUsers: number; mostConnections: number }>(
      "SELECT at, users, active, connections, most_users AS mostUsers, most_connections AS mostConnections FROM minute ORDER BY at",
    )
    .toArray();
  const settings = new Map(
    sql
      .exec<{ name: string; value: string }>("SELECT name, value FROM setting")
      .toArray()
      .map(({ name, value }) => [name, value]),
  );
  const peaks = settings.get("peaks");
  const tree = settings.get("tree");
  return {
    shards,
    leaves,
    minutes,
    formerPeaks: peaks === undefined ? noPeaks : PeaksRow.parse(JSON.parse(peaks)),
    tree: tree === undefined ? rootOnly : Tree.parse(JSON.parse(tree)),
  };
}
