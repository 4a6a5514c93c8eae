import { z } from "zod";
import { spread } from "../../platform/index.ts";
import { snapshotExpiresMs } from "../snapshot.ts";

/**
 * How objects of sockets are spread over those that add them up. With no leaves all report to the root; above that a workspace reports to one leaf,
 * and leaves report to the root.
 */
export const Tree = z.object({
  leaves: z.int(),
  /** How many there were before. Whoever reported by that number is forgotten `snapshotExpiresMs` after `since`. */
  previous: z.int(),
  since: z.int(),
});
export type Tree = z.infer<typeof Tree>;

export const rootOnly: Tree = { leaves: 0, previous: 0, since: 0 };
export const root = "root";

export interface TreeSettings {
  /** Objects of sockets that one node adds up, before there are more nodes. */
  readonly shardsPerNode: number;
  /** A tree that grew does not grow again before this: until then only one other node may hold something of a workspace. */
  readonly growsEveryMs: number;
}
export const usualTree: TreeSettings = { shardsPerNode: 500, growsEveryMs: snapshotExpiresMs };

const fewestLeaves = 4;
/** 64 leaves of 500 are 32,000 objects of sockets; above that leaves hold more each. */
const mostLeaves = 64;

/** Where a workspace reports to; all of its objects to the same node, which can so tell what it adds up to. */
export const nodeOf = (workspaceId: string, leaves: number): string => (leaves === 0 ? root : leafName(spread(workspaceId, leaves)));
const leafName = (leaf: number): string => `leaf:${leaf}`;
export const leavesOf = ({ leaves }: Tree): string[] => Array.from({ length: leaves }, (_, leaf) => leafName(leaf));

/** Which other node may still hold what a workspace reported before the tree grew; null when none does. */
export function formerNodeOf(workspaceId: string, { leaves, previous, since }: Tree, now: number): string | null {
  if (leaves === previous || now >= since + snapshotExpiresMs) return null;
  const former = nodeOf(workspaceId, previous);
  return former === nodeOf(workspaceId, leaves) ? null : former;
}

/** The tree for so many objects of sockets: it doubles, and never shrinks, since a leaf without reports costs nothing. */
export function growTree(tree: Tree, shards: number, now: number, { shardsPerNode, growsEveryMs }: TreeSettings): Tree {
  if (shards <= Math.max(1, tree.leaves) * shardsPerNode || now < tree.since + growsEveryMs) return tree;
  let leaves = Math.max(fewestLeaves, tree.leaves);
  while (leaves * shardsPerNode < shards && leaves < mostLeaves) leaves *= 2;
  return leaves === tree.leaves ? tree : { leaves, previous: tree.leaves, since: now };
}

/** The newer of two. */
export const newerTree = (one: Tree, other: Tree): Tree => (other.leaves > one.leaves ? other : one);
