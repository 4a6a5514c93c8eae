import { AppError } from "../../platform/index.ts";
import type { PresenceTotals } from "../snapshot.ts";
import type { Elsewhere, TotalsNode } from "./totals-node.ts";
import { root, type Tree } from "./tree.ts";

/** The tree may grow while somebody looks for their place in it, but hardly twice. */
const mostHops = 4;

interface Way {
  readonly node: string;
  readonly tree: Tree | null;
}
const start: Way = { node: root, tree: null };

/** Reports to whichever node adds up the workspace, and remembers which that was. */
export function createReporter(nodeAt: (name: string) => Pick<TotalsNode, "report" | "leave">): PresenceTotals {
  const ways = new Map<string, Way>();

  const follow = async <T extends object>(
    workspaceId: string,
    ask: (node: Pick<TotalsNode, "report" | "leave">, tree: Tree | null) => Promise<T | Elsewhere>,
  ): Promise<T> => {
    let way = ways.get(workspaceId) ?? start;
    for (let hops = 0; hops < mostHops; hops++) {
      const answer = await ask(nodeAt(way.node), way.tree);
      if (!("reportTo" in answer)) return answer;
      way = { node: answer.reportTo, tree: answer.tree };
      ways.set(workspaceId, way);
    }
    throw new AppError("unavailable", "It was not found who adds up the workspace's connections.");
  };

  return {
    report: async (snapshot) => (await follow(snapshot.workspaceId, (node, tree) => node.report(snapshot, tree))).presence,
    async leave(workspaceId, shard) {
      await follow(workspaceId, (node, tree) => node.leave(workspaceId, shard, tree));
      ways.delete(workspaceId);
    },
  };
}
