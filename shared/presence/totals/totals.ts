import { reportEveryMs } from "../snapshot.ts";
import { createCounts } from "./counts.ts";
import { inMinute, seriesOf } from "./minutes.ts";
import { mergeParts, partOf } from "./part.ts";
import type { OnlineNow, OnlineStats, Place } from "./place.ts";
import { holds, isNewer, reportOf, type ShardReport } from "./reports.ts";
import { createSettling } from "./settling.ts";
import { connectionsOf, presenceOf } from "./sums.ts";
import { createTotalsStore } from "./totals-store.ts";
import { growTree, leavesOf, root, type TreeSettings } from "./tree.ts";

export interface TotalsDeps extends TreeSettings {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly now: () => number;
  /** `root`, or the name of the leaf that this is. */
  readonly here: string;
  /** When this instance began, ms since 1970. */
  readonly generation: number;
  readonly placeAt: (name: string) => Place;
}

/**
 * A place that adds up. Every report is stored before it is answered, and writes two rows of the root: the one of who reports, and the one of the
 * minute when that changed. A leaf writes the first alone, and reports to the root at most every 10 s.
 */
export interface Totals extends Place {
  now(): OnlineNow;
  stats(): Promise<OnlineStats>;
  /** Of every place. */
  shardsWith(audience: string): Promise<readonly string[]>;
  /** What an alarm is for: forgets what expired, and tells the root. */
  work(): Promise<void>;
  /** When `work` is wanted next; null for not before something is reported. */
  wakeAt(): number | null;
}

export function createTotals({ sql, transact, now, here, generation, placeAt, ...settings }: TotalsDeps): Totals {
  const store = createTotalsStore(sql, transact);
  const isRoot = here === root;
  let seq = 0;
  /** Of a leaf: when the root is told next, and was told last. */
  let tellAt: number | null = null;
  let toldAt = 0;
  let tidyAt: number | null = null;

  const take = (report: ShardReport): void => {
    const { workspaceId, shard } = report.snapshot;
    const known = store.shards.get(workspaceId)?.get(shard);
    if (known === undefined || isNewer(report.snapshot, known.snapshot)) store.saveShard(report);
  };
  const { settle, learn, elsewhere } = createSettling({ store, here, now, placeAt, take: (reports) => transact(() => reports.forEach(take)) });
  const { present, allPresent, sums, peopleIn, online } = createCounts(store, now);

  /** Something of what is here changed, or was confirmed. */
  const note = (): void => {
    if (!isRoot) {
      tellAt ??= Math.max(now(), toldAt + reportEveryMs);
      return;
    }
    const total = sums();
    const last = store.minutes.at(-1);
    // A clock that steps back does not rewrite minutes that are over.
    store.saveMinute(inMinute(last, { ...total, connections: connectionsOf(total.devices) }, Math.max(now(), last?.at ?? 0)));
    const grown = growTree(store.tree, total.shards, now(), settings);
    if (grown !== store.tree) store.saveTree(grown);
  };

  const tellRoot = async (): Promise<void> => {
    tellAt = null;
    toldAt = now();
    seq += 1;
    try {
      learn(await placeAt(root).reportLeaf({ leaf: here, generation, seq, heardAt: now(), sums: sums() }));
    } catch (error) {
      tellAt ??= now() + reportEveryMs;
      throw error;
    }
  };

  return {
    async report(snapshot, tree) {
      const other = await settle(snapshot.workspaceId, tree);
      if (other !== null) return other;
      transact(() => {
        take(reportOf(snapshot, now()));
        note();
      });
      return { presence: presenceOf(present(snapshot.workspaceId)) };
    },

    async leave(workspaceId, shard, tree) {
      const other = await settle(workspaceId, tree);
      if (other !== null) return other;
      const known = store.shards.get(workspaceId)?.get(shard);
      if (known !== undefined) {
        transact(() => {
          store.saveShard({ ...known, heardAt: now(), left: true });
          note();
        });
      }
      return { left: true };
    },

    async handOver(workspaceId, tree) {
      learn(tree);
      if (elsewhere(workspaceId) === null) return [];
      const reports = store.removeWorkspace(workspaceId).filter((report) => holds(report, now()));
      // Whoever asks counts it from now on: the root must have heard before that it is not counted here.
      if (!isRoot && reports.length > 0) await tellRoot();
      return reports;
    },

    async reportLeaf(report) {
      const known = store.leaves.get(report.leaf);
      if (known === undefined || isNewer(report, known)) {
        transact(() => {
          store.saveLeaf({ ...report, heardAt: now() });
          note();
        });
      }
      return store.tree;
    },

    async forget(workspaceId) {
      if (store.removeWorkspace(workspaceId).length > 0) transact(note);
      if (isRoot) await Promise.all(leavesOf(store.tree).map((leaf) => placeAt(leaf).forget(workspaceId)));
    },

    part: async () => partOf(allPresent()),
    peopleIn: async () => peopleIn(),
    now: online,

    async stats() {
      const parts = await Promise.allSettled(leavesOf(store.tree).map((leaf) => placeAt(leaf).part()));
      const answered = parts.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const part = mergeParts([partOf(allPresent()), ...answered]);
      return { ...online(), series: seriesOf(store.minutes, now()), part, silentLeaves: parts.length - answered.length };
    },

    async shardsWith(audience) {
      const [kind, id] = audience.split(":");
      const inLeaves = await Promise.all(leavesOf(store.tree).map((leaf) => placeAt(leaf).peopleIn()));
      return [...new Set([...peopleIn(), ...inLeaves.flat()])].filter((workspaceId) => kind !== "workspace" || workspaceId === id);
    },

    async work() {
      const before = store.shards.size + store.leaves.size;
      store.tidy(now());
      tidyAt = null;
      if (before > 0 || tellAt !== null) transact(note);
      if (tellAt !== null && tellAt <= now()) await tellRoot();
    },

    wakeAt() {
      tidyAt ??= store.expiresAt();
      if (tellAt === null || tidyAt === null) return tellAt ?? tidyAt;
      return Math.min(tellAt, tidyAt);
    },
  };
}
