import type { ShardSnapshot } from "../snapshot.ts";
import { noPeaks, peaksOf, peaksToday } from "./minutes.ts";
import { socketsOf } from "./part.ts";
import { holds, isThere } from "./reports.ts";
import { addUp, type Sums, sumsOf } from "./sums.ts";
import type { OnlineNow, Whose } from "./totals-node.ts";
import type { TotalsStore } from "./totals-store.ts";

/** What is there now, of what one node keeps. */
export interface Counts {
  /** Objects of sockets of one workspace. */
  present(workspaceId: string): ShardSnapshot[];
  allPresent(): ShardSnapshot[];
  /** Of the node's own objects of sockets, and of its leaves. */
  sums(): Sums;
  /** Ids of workspaces in which these are connected. */
  workspacesOf(whose: Whose): string[];
  online(): OnlineNow;
}

const isHere: Readonly<Record<Whose, (snapshot: ShardSnapshot) => boolean>> = {
  // Whoever closed their last socket just now is still online.
  people: ({ users }) => users > 0,
  anybody: (snapshot) => snapshot.users > 0 || socketsOf(snapshot) > 0,
};

export function createCounts(store: TotalsStore, now: () => number): Counts {
  const present = (workspaceId: string): ShardSnapshot[] =>
    [...(store.shards.get(workspaceId)?.values() ?? [])].filter((report) => isThere(report, now())).map(({ snapshot }) => snapshot);
  const allPresent = (): ShardSnapshot[] => [...store.shards.keys()].flatMap(present);
  const sums = (): Sums => {
    const leaves = [...store.leaves.values()].filter((leaf) => holds(leaf, now()));
    return addUp([...allPresent().map(sumsOf), ...leaves.map((leaf) => leaf.sums)]);
  };
  return {
    present,
    allPresent,
    sums,
    workspacesOf: (whose) => [...store.shards.keys()].filter((workspaceId) => present(workspaceId).some(isHere[whose])),
    online: () => ({ sums: sums(), peaks: { ever: peaksOf(store.minutes, store.formerPeaks ?? noPeaks), today: peaksToday(store.minutes, now()) } }),
  };
}
