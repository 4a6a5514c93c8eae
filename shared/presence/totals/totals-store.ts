import { hourMs } from "../../platform/index.ts";
import { snapshotExpiresMs } from "../snapshot.ts";
import { keptMinutesMs, type Minute, type Peaks, peaksOf } from "./minutes.ts";
import { holds, type LeafReport, type ShardReport } from "./reports.ts";
import { type Held, nothingHeld, readTotals, tables } from "./stored-totals.ts";
import type { Tree } from "./tree.ts";

/** What a place that adds up keeps: read once after an eviction, written through at every change. */
export interface TotalsStore {
  /** By workspace and number of the object of sockets. */
  readonly shards: ReadonlyMap<string, ReadonlyMap<number, ShardReport>>;
  readonly leaves: ReadonlyMap<string, LeafReport>;
  /** Of the last 24 hours, oldest first; those in which something was said. */
  readonly minutes: readonly Minute[];
  /** Of the minutes that are not kept any more. */
  readonly formerPeaks: Peaks;
  readonly tree: Tree;
  saveShard(report: ShardReport): void;
  saveLeaf(report: LeafReport): void;
  /** Writes nothing when the row says so already. */
  saveMinute(minute: Minute): void;
  saveTree(tree: Tree): void;
  removeWorkspace(workspaceId: string): ShardReport[];
  /** Forgets what has expired. */
  tidy(now: number): void;
  /** When something expires next; null when nothing ever does. */
  expiresAt(): number | null;
}

export function createTotalsStore(sql: SqlStorage, transact: <T>(work: () => T) => T): TotalsStore {
  let held: Held | null = null;
  let hasTables = false;

  const open = (): Held => {
    if (held !== null) return held;
    hasTables = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'setting'").toArray().length > 0;
    held = hasTables ? readTotals(sql) : nothingHeld();
    return held;
  };
  const write = (query: string, ...values: (string | number)[]): void => {
    if (!hasTables) sql.exec(tables);
    hasTables = true;
    sql.exec(query, ...values);
  };
  const saveSetting = (name: "tree" | "peaks", value: unknown): void =>
    write("INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, JSON.stringify(value));

  const removeShards = (now: number): void => {
    for (const [workspaceId, shards] of open().shards) {
      for (const [shard, report] of shards) {
        if (holds(report, now)) continue;
        write("DELETE FROM shard WHERE workspace_id = ? AND shard = ?", workspaceId, shard);
        shards.delete(shard);
      }
      if (shards.size === 0) open().shards.delete(workspaceId);
    }
  };
  const removeLeaves = (now: number): void => {
    for (const [name, report] of open().leaves) {
      if (holds(report, now)) continue;
      write("DELETE FROM leaf WHERE name = ?", name);
      open().leaves.delete(name);
    }
  };
  /** The highest of them stays. */
  const removeMinutes = (now: number): void => {
    const oldest = now - keptMinutesMs;
    const old = open().minutes.filter(({ at }) => at <= oldest);
    if (old.length === 0) return;
    const peaks = peaksOf(old, open().formerPeaks);
    saveSetting("peaks", peaks);
    write("DELETE FROM minute WHERE at <= ?", oldest);
    open().formerPeaks = peaks;
    open().minutes = open().minutes.slice(old.length);
  };

  return {
    get shards() {
      return open().shards;
    },
    get leaves() {
      return open().leaves;
    },
    get minutes() {
      return open().minutes;
    },
    get formerPeaks() {
      return open().formerPeaks;
    },
    get tree() {
      return open().tree;
    },

    saveShard(report) {
      const { workspaceId, shard } = report.snapshot;
      const { shards } = open();
      write(
        "INSERT INTO shard (workspace_id, shard, report) VALUES (?, ?, ?) ON CONFLICT (workspace_id, shard) DO UPDATE SET report = excluded.report",
        workspaceId,
        shard,
        JSON.stringify(report),
      );
      const own = shards.get(workspaceId) ?? new Map<number, ShardReport>();
      shards.set(workspaceId, own.set(shard, report));
    },

    saveLeaf(report) {
      const { leaves } = open();
      write("INSERT INTO leaf (name, report) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET report = excluded.report", report.leaf, JSON.stringify(report));
      leaves.set(report.leaf, report);
    },

    saveMinute(minute) {
      const { minutes } = open();
      const last = minutes.at(-1);
      const isSame = last?.at === minute.at;
      if (isSame && columns.every((name) => last[name] === minute[name])) return;
      const { at, users, active, connections, mostUsers, mostConnections } = minute;
      write("INSERT OR REPLACE INTO minute VALUES (?, ?, ?, ?, ?, ?)", at, users, active, connections, mostUsers, mostConnections);
      if (isSame) minutes.pop();
      minutes.push(minute);
    },

    saveTree(tree) {
      const now = open();
      saveSetting("tree", tree);
      now.tree = tree;
    },

    removeWorkspace(workspaceId) {
      const { shards } = open();
      const own = [...(shards.get(workspaceId)?.values() ?? [])];
      if (own.length > 0) write("DELETE FROM shard WHERE workspace_id = ?", workspaceId);
      shards.delete(workspaceId);
      return own;
    },

    tidy(now) {
      open();
      transact(() => {
        removeShards(now);
        removeLeaves(now);
        removeMinutes(now);
      });
    },

    expiresAt() {
      const { shards, leaves, minutes } = open();
      let first = Number.POSITIVE_INFINITY;
      for (const own of shards.values()) for (const { heardAt } of own.values()) first = Math.min(first, heardAt + snapshotExpiresMs);
      for (const { heardAt } of leaves.values()) first = Math.min(first, heardAt + snapshotExpiresMs);
      const [oldest] = minutes;
      // An hour of minutes at a time, not each by itself.
      if (oldest !== undefined) first = Math.min(first, oldest.at + keptMinutesMs + hourMs);
      return Number.isFinite(first) ? first : null;
    },
  };
}
const columns = ["users", "active", "connections", "mostUsers", "mostConnections"] as const;
