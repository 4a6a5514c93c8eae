import { maxShards } from "../shard-of.ts";

/** Which of a workspace's objects one is; the first of them, 0, is the one that others call. */
export interface Place {
  readonly workspaceId: string;
  readonly shard: number;
}

/** The name of the object. */
export const placeName = ({ workspaceId, shard }: Place): string => `${workspaceId}:${shard}`;

/** Undefined for a name that `placeName` did not write. */
export function placeOf(name: string | undefined): Place | undefined {
  const [, workspaceId, digits] = /^([^:]+):(0|[1-9]\d?)$/.exec(name ?? "") ?? [];
  const shard = Number(digits);
  return workspaceId === undefined || shard >= maxShards ? undefined : { workspaceId, shard };
}
