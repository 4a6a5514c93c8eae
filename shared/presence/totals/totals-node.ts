import type { PresenceTotals, ShardSnapshot, WorkspacePresence } from "../snapshot.ts";
import type { Peaks, seriesOf } from "./minutes.ts";
import type { LeafReport, ShardReport } from "./reports.ts";
import type { Sums } from "./sums.ts";
import type { Tree } from "./tree.ts";

// What the nodes that add up, and those who ask them, say to each other. During a deploy old and new code run side by side: a field is added as optional.

/** This node does not add up the workspace: that one does. */
export interface Elsewhere {
  readonly reportTo: string;
  readonly tree: Tree;
}

/** One that adds up: the root, or a leaf. `tree` is what the caller was told with the name of this node; null for who begins at the root. */
export interface TotalsNode {
  report(snapshot: ShardSnapshot, tree: Tree | null): Promise<{ readonly presence: WorkspacePresence } | Elsewhere>;
  leave(workspaceId: string, shard: number, tree: Tree | null): Promise<{ readonly left: true } | Elsewhere>;
  /** What it holds of a workspace that belongs to another node now; it holds nothing of it any more, and whoever adds it up knows that. */
  handOver(workspaceId: string, tree: Tree): Promise<readonly ShardReport[]>;
  /** A leaf tells the root; the answer is the present tree. */
  reportLeaf(report: LeafReport): Promise<Tree>;
  /** Removes what it holds of a workspace. */
  forget(workspaceId: string): Promise<void>;
  part(): Promise<Part>;
  /** Ids of the workspaces that are added up here in which these are connected. */
  workspacesHere(whose: Whose): Promise<readonly string[]>;
}

/** Whose sockets are asked for: those of people, or those of API keys as well. */
export type Whose = "people" | "anybody";

/** Workspaces and objects of sockets that one node holds: the largest, and how many there are. */
export interface Part {
  readonly workspaces: readonly WorkspaceOnline[];
  readonly workspaceCount: number;
  readonly shards: readonly ShardSnapshot[];
  readonly shardCount: number;
  readonly nearCapacity: number;
}
/** The most that is listed of workspaces, and of objects of sockets. */
export const listed = 100;
/** An object of sockets that is filled to this share of its capacity is near it. */
export const nearCapacityShare = 0.8;

export interface WorkspaceOnline extends WorkspacePresence {
  readonly workspaceId: string;
}

export interface OnlineNow {
  readonly sums: Sums;
  readonly peaks: { readonly ever: Peaks; readonly today: Peaks };
}

export interface OnlineStats extends OnlineNow {
  readonly series: ReturnType<typeof seriesOf>;
  readonly part: Part;
  /** Leaves that did not answer: what they hold is in the sums, but not in the lists. */
  readonly silentLeaves: number;
}

/** What people are told of who is online in total, beside what the objects of sockets say. */
export interface OnlineTotals extends PresenceTotals {
  now(): Promise<OnlineNow>;
  stats(): Promise<OnlineStats>;
  /**
   * Ids of the workspaces in which a broadcast finds whom it is for: of all, or the one that the audience names. Only people have a role, and which
   * one is known to nobody here.
   */
  workspacesWith(audience: string): Promise<readonly string[]>;
  /** The workspace is being erased. */
  forget(workspaceId: string): Promise<void>;
}
