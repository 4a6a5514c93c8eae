import { AppError } from "../../platform/index.ts";
import type { PresenceTotals } from "../snapshot.ts";
import type { Elsewhere, Place } from "./place.ts";
import { root, type Tree } from "./tree.ts";

/** The tree may grow while somebody looks for their place in it, but hardly twice. */
const mostHops = 4;

interface Way {
  readonly place: string;
  readonly tree: Tree | null;
}
const start: Way = { place: root, tree: null };

/** Reports to whichever place adds up the workspace, and remembers which that was. */
export function createReporter(placeAt: (name: string) => Pick<Place, "report" | "leave">): PresenceTotals {
  const ways = new Map<string, Way>();

  const follow = async <T extends object>(
    workspaceId: string,
    ask: (place: Pick<Place, "report" | "leave">, tree: Tree | null) => Promise<T | Elsewhere>,
  ): Promise<T> => {
    let way = ways.get(workspaceId) ?? start;
    for (let hops = 0; hops < mostHops; hops++) {
      const answer = await ask(placeAt(way.place), way.tree);
      if (!("reportTo" in answer)) return answer;
      way = { place: answer.reportTo, tree: answer.tree };
      ways.set(workspaceId, way);
    }
    throw new AppError("unavailable", "It was not found who adds up the workspace's connections.");
  };

  return {
    report: async (snapshot) => (await follow(snapshot.workspaceId, (place, tree) => place.report(snapshot, tree))).presence,
    async leave(workspaceId, shard) {
      await follow(workspaceId, (place, tree) => place.leave(workspaceId, shard, tree));
      ways.delete(workspaceId);
    },
  };
}
