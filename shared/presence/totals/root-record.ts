import { inMinute } from "./minutes.ts";
import { connectionsOf, type Sums } from "./sums.ts";
import type { TotalsStore } from "./totals-store.ts";
import { growTree, type TreeSettings } from "./tree.ts";

/** What the root writes when something of what it adds up changed, or was confirmed: the present minute, and a tree that is large enough. */
export function recordInRoot(store: TotalsStore, sums: Sums, now: number, settings: TreeSettings): void {
  const last = store.minutes.at(-1);
  // A clock that steps back does not rewrite minutes that are over.
  store.saveMinute(inMinute(last, { ...sums, connections: connectionsOf(sums.devices) }, Math.max(now, last?.at ?? 0)));
  const grown = growTree(store.tree, sums.shards, now, settings);
  if (grown !== store.tree) store.saveTree(grown);
}
