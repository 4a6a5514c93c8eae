import { minuteMs, secondMs } from "../../platform/index.ts";
import { shardOf } from "../shard-of.ts";
import type { Place } from "./place.ts";

/** How long somebody who is told to move has, so that not all come at once. */
export const moveWithinMs = 10 * secondMs;
/** Who has not moved by then is closed: once the time is over, and what it takes to connect. */
export const moveAtLatestMs = minuteMs;
/** Whoever may still be on their way is looked for in every object for this long. */
export const settlesWithinMs = 2 * minuteMs;
/** Objects that are no longer needed are asked whether they are empty after this time, and again after each minute. */
export const narrowAfterMs = 10 * minuteMs;
export const narrowAgainMs = minuteMs;

/** Over how many objects a workspace's connections are spread, as the first of them knows it. */
export interface Spread {
  readonly shards: number;
  /** At least `shards`: how many may hold sockets, from before they were fewer. */
  readonly width: number;
  /** When they were spread anew, ms since 1970; 0 for never. */
  readonly settledAt: number;
}

/** Which objects may hold sockets of somebody; of everybody when that is null. */
export function placesOf({ shards, width, settledAt }: Spread, userId: string | null, now: number): readonly number[] {
  if (userId !== null && width === shards && now >= settledAt + settlesWithinMs) return [shardOf(userId, shards)];
  return Array.from({ length: width }, (_, shard) => shard);
}

/** Whether somebody's sockets belong into this object, of so many; also when nobody said how many there are. */
export const isAtHome = ({ shard }: Place, userId: string, shards: number | null): boolean => shards === null || shardOf(userId, shards) === shard;
