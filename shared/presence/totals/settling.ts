import type { ShardReport } from "./reports.ts";
import type { Elsewhere, TotalsNode } from "./totals-node.ts";
import type { TotalsStore } from "./totals-store.ts";
import { formerNodeOf, newerTree, nodeOf, root, type Tree } from "./tree.ts";

export interface SettlingDeps {
  readonly store: TotalsStore;
  readonly here: string;
  readonly now: () => number;
  readonly nodeAt: (name: string) => Pick<TotalsNode, "handOver">;
  readonly take: (reports: readonly ShardReport[]) => void;
}

/** Which workspaces are added up here, and fetches what a former node still holds of them. */
export interface Settling {
  /** The tree as somebody else knows it. The root is who makes it, and learns from nobody. */
  learn(tree: Tree | null): void;
  /** Who adds up the workspace; null for this node. */
  elsewhere(workspaceId: string): Elsewhere | null;
  /** The same, and null only once all is here that is known of the workspace. */
  settle(workspaceId: string, tree: Tree | null): Promise<Elsewhere | null>;
}

export function createSettling({ store, here, now, nodeAt, take }: SettlingDeps): Settling {
  /** Workspaces that were fetched, or are being fetched. */
  const fetched = new Map<string, Promise<void>>();

  const learn = (tree: Tree | null): void => {
    if (here === root || tree === null || newerTree(store.tree, tree) === store.tree) return;
    store.saveTree(tree);
    fetched.clear();
  };

  const elsewhere = (workspaceId: string): Elsewhere | null => {
    const node = nodeOf(workspaceId, store.tree.leaves);
    return node === here ? null : { reportTo: node, tree: store.tree };
  };

  const fetchFrom = async (former: string, workspaceId: string): Promise<void> => take(await nodeAt(former).handOver(workspaceId, store.tree));

  /** Once for each workspace: what a former node holds is counted there, and must not be counted here as well. */
  const fetchFormer = async (workspaceId: string): Promise<void> => {
    const former = formerNodeOf(workspaceId, store.tree, now());
    if (former === null) return fetched.clear();
    const fetching = fetched.get(workspaceId) ?? fetchFrom(former, workspaceId);
    fetched.set(workspaceId, fetching);
    await fetching.catch((error: unknown) => {
      fetched.delete(workspaceId);
      throw error;
    });
  };

  return {
    learn,
    elsewhere,
    async settle(workspaceId, tree) {
      learn(tree);
      const other = elsewhere(workspaceId);
      if (other !== null) return other;
      await fetchFormer(workspaceId);
      // The tree may have grown meanwhile.
      return elsewhere(workspaceId);
    },
  };
}
