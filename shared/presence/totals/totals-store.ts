import { nextExpiry, removeExpired } from "./expiry.ts";
import type { Minute } from "./minutes.ts";
import type { LeafReport, ShardReport } from "./reports.ts";
import { createTotalsRows, type Held } from "./stored-totals.ts";
import type { Tree } from "./tree.ts";

/** What a node that adds up keeps: read once after an eviction, written through at every change. */
export interface TotalsStore extends Readonly<Omit<Held, "shards" | "leaves" | "minutes">> {
  readonly shards: ReadonlyMap<string, ReadonlyMap<number, ShardReport>>;
  readonly leaves: ReadonlyMap<string, LeafReport>;
  readonly minutes: readonly Minute[];
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
  const rows = createTotalsRows(sql);
  let held: Held | null = null;
  const open = (): Held => {
    held ??= rows.read();
    return held;
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
      rows.saveShard(report);
      const own = shards.get(workspaceId) ?? new Map<number, ShardReport>();
      shards.set(workspaceId, own.set(shard, report));
    },

    saveLeaf(report) {
      const { leaves } = open();
      rows.saveLeaf(report);
      leaves.set(report.leaf, report);
    },

    saveMinute(minute) {
      const { minutes } = open();
      const last = minutes.at(-1);
      const isSame = last?.at === minute.at;
      if (isSame && columns.every((name) => last[name] === minute[name])) return;
      rows.saveMinute(minute);
      if (isSame) minutes.pop();
      minutes.push(minute);
    },

    saveTree(tree) {
      const now = open();
      rows.saveSetting("tree", tree);
      now.tree = tree;
    },

    removeWorkspace(workspaceId) {
      const { shards } = open();
      const own = [...(shards.get(workspaceId)?.values() ?? [])];
      if (own.length > 0) rows.dropWorkspace(workspaceId);
      shards.delete(workspaceId);
      return own;
    },

    tidy(now) {
      const all = open();
      transact(() => removeExpired(all, rows, now));
    },

    expiresAt: () => nextExpiry(open()),
  };
}
const columns = ["users", "active", "connections", "mostUsers", "mostConnections"] as const;
