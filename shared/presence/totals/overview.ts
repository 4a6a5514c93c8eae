import type { Counts } from "./counts.ts";
import { seriesOf } from "./minutes.ts";
import { mergeParts, partOf } from "./part.ts";
import type { OnlineTotals, TotalsNode } from "./totals-node.ts";
import type { TotalsStore } from "./totals-store.ts";
import { leavesOf } from "./tree.ts";

interface OverviewDeps {
  readonly store: TotalsStore;
  readonly counts: Counts;
  readonly now: () => number;
  readonly nodeAt: (name: string) => Pick<TotalsNode, "part" | "workspacesHere">;
}

/** What the root knows together with its leaves, which it asks. */
export function createOverview({ store, counts, now, nodeAt }: OverviewDeps): Pick<OnlineTotals, "stats" | "workspacesWith"> {
  const leaves = () => leavesOf(store.tree).map(nodeAt);
  return {
    async stats() {
      const parts = await Promise.allSettled(leaves().map((leaf) => leaf.part()));
      const answered = parts.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      const part = mergeParts([partOf(counts.allPresent()), ...answered]);
      const series = seriesOf(store.minutes, now(), { knownBefore: store.formerPeaks !== null });
      return { ...counts.online(), series, part, silentLeaves: parts.length - answered.length };
    },

    async workspacesWith(audience) {
      const [kind, id] = audience.split(":");
      const whose = kind === "role" ? "people" : "anybody";
      const inLeaves = await Promise.all(leaves().map((leaf) => leaf.workspacesHere(whose)));
      return [...new Set([...counts.workspacesOf(whose), ...inLeaves.flat()])].filter((workspaceId) => kind !== "workspace" || workspaceId === id);
    },
  };
}
