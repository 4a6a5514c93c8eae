import type { ShardSnapshot } from "../snapshot.ts";
import { peaksOf, peaksToday } from "./minutes.ts";
import type { OnlineNow } from "./place.ts";
import { holds, isThere } from "./reports.ts";
import { addUp, presenceOf, type Sums, sumsOf } from "./sums.ts";
import type { TotalsStore } from "./totals-store.ts";

/** What is there now, of what one place keeps. */
export interface Counts {
  /** Objects of sockets of one workspace. */
  present(workspaceId: string): ShardSnapshot[];
  allPresent(): ShardSnapshot[];
  /** Of the place's own objects of sockets, and of its leaves. */
  sums(): Sums;
  /** Ids of workspaces in which there are people. */
  peopleIn(): string[];
  online(): OnlineNow;
}

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
    peopleIn: () => [...store.shards.keys()].filter((workspaceId) => presenceOf(present(workspaceId)).users > 0),
    online: () => ({ sums: sums(), peaks: { ever: peaksOf(store.minutes, store.formerPeaks), today: peaksToday(store.minutes, now()) } }),
  };
}
