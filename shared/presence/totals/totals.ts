import { createCounts } from "./counts.ts";
import { createOverview } from "./overview.ts";
import { partOf } from "./part.ts";
import { holds, isNewer, reportOf, type ShardReport } from "./reports.ts";
import { recordInRoot } from "./root-record.ts";
import { createRootTeller } from "./root-teller.ts";
import { createSettling } from "./settling.ts";
import { presenceOf } from "./sums.ts";
import type { OnlineNow, OnlineTotals, TotalsNode } from "./totals-node.ts";
import { createTotalsStore, type TotalsStore } from "./totals-store.ts";
import { leavesOf, root, type TreeSettings } from "./tree.ts";

export interface TotalsDeps extends TreeSettings {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  readonly now: () => number;
  /** `root`, or the name of the leaf that this is. */
  readonly here: string;
  /** When this instance began, ms since 1970. */
  readonly generation: number;
  readonly nodeAt: (name: string) => TotalsNode;
}

/**
 * A node that adds up. Every report is stored before it is answered, and writes two rows of the root: the one of who reports, and the one of the
 * minute when that changed. A leaf writes the first alone, and reports to the root at most every 10 s.
 */
export interface Totals extends TotalsNode, Pick<OnlineTotals, "stats" | "workspacesWith"> {
  now(): OnlineNow;
  /** What an alarm is for: forgets what expired, and tells the root. */
  work(): Promise<void>;
  /** When `work` is wanted next; null for not before something is reported. */
  wakeAt(): number | null;
}

export function createTotals({ sql, transact, now, here, generation, nodeAt, ...settings }: TotalsDeps): Totals {
  const store = createTotalsStore(sql, transact);
  const isRoot = here === root;
  let tidyAt: number | null = null;

  const take = (report: ShardReport): void => takeReport(store, report);
  const { settle, learn, elsewhere } = createSettling({ store, here, now, nodeAt, take: (reports) => transact(() => reports.forEach(take)) });
  const counts = createCounts(store, now);
  const { present, allPresent, sums, workspacesOf, online } = counts;
  const teller = createRootTeller({ here, generation, now, sums, nodeAt, learn });
  /** Something of what is here changed, or was confirmed. */
  const note = (): void => (isRoot ? recordInRoot(store, sums(), now(), settings) : teller.note());

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
      if (!isRoot && reports.length > 0) await teller.tell();
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
      if (isRoot) await Promise.all(leavesOf(store.tree).map((leaf) => nodeAt(leaf).forget(workspaceId)));
    },

    part: async () => partOf(allPresent()),
    workspacesHere: async (whose) => workspacesOf(whose),
    now: online,
    ...createOverview({ store, counts, now, nodeAt }),

    async work() {
      const before = store.shards.size + store.leaves.size;
      store.tidy(now());
      tidyAt = null;
      if (before > 0 || teller.at() !== null) transact(note);
      const tellAt = teller.at();
      if (tellAt !== null && tellAt <= now()) await teller.tell();
    },

    wakeAt() {
      tidyAt ??= store.expiresAt();
      const tellAt = teller.at();
      if (tellAt === null || tidyAt === null) return tellAt ?? tidyAt;
      return Math.min(tellAt, tidyAt);
    },
  };
}

/** Keeps it, unless something newer is kept. */
function takeReport(store: TotalsStore, report: ShardReport): void {
  const { workspaceId, shard } = report.snapshot;
  const known = store.shards.get(workspaceId)?.get(shard);
  if (known === undefined || isNewer(report.snapshot, known.snapshot)) store.saveShard(report);
}
