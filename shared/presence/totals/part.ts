import type { ShardSnapshot } from "../snapshot.ts";
import { connectionsOf, presenceOf } from "./sums.ts";
import { listed, nearCapacityShare, type Part, type WorkspaceOnline } from "./totals-node.ts";

export const socketsOf = ({ connections, integrations }: ShardSnapshot): number => connectionsOf(connections) + integrations;
/** How full an object of sockets is, from 0 to 1. */
export const shareUsed = (snapshot: ShardSnapshot): number => (snapshot.capacity === 0 ? 1 : Math.min(1, socketsOf(snapshot) / snapshot.capacity));

const largestFirst = (one: WorkspaceOnline, other: WorkspaceOnline): number => other.users - one.users || (one.workspaceId < other.workspaceId ? -1 : 1);
const fullestFirst = (one: ShardSnapshot, other: ShardSnapshot): number =>
  shareUsed(other) - shareUsed(one) || (one.workspaceId < other.workspaceId ? -1 : 1) || one.shard - other.shard;

/** What one node says of the objects of sockets that report to it. */
export function partOf(shards: readonly ShardSnapshot[]): Part {
  const workspaces = [...Map.groupBy(shards, ({ workspaceId }) => workspaceId)].map(([workspaceId, own]) => ({ workspaceId, ...presenceOf(own) }));
  return {
    workspaces: workspaces.sort(largestFirst).slice(0, listed),
    workspaceCount: workspaces.length,
    shards: shards.toSorted(fullestFirst).slice(0, listed),
    shardCount: shards.length,
    nearCapacity: shards.filter((shard) => shareUsed(shard) >= nearCapacityShare).length,
  };
}

/** Places hold different workspaces; but for a moment while one moves. */
export function mergeParts(parts: readonly Part[]): Part {
  const count = (name: "workspaceCount" | "shardCount" | "nearCapacity") => parts.reduce((sum, part) => sum + part[name], 0);
  return {
    workspaces: parts
      .flatMap(({ workspaces }) => workspaces)
      .sort(largestFirst)
      .slice(0, listed),
    workspaceCount: count("workspaceCount"),
    shards: parts
      .flatMap(({ shards }) => shards)
      .sort(fullestFirst)
      .slice(0, listed),
    shardCount: count("shardCount"),
    nearCapacity: count("nearCapacity"),
  };
}
