import { minuteMs, secondMs } from "../platform/index.ts";
import type { Device } from "./device.ts";

/**
 * All that one object of sockets says of itself. Absolute, so that a lost one is made good by the next; the newer (`generation`, then `seq`)
 * of the same shard counts.
 */
export interface ShardSnapshot {
  readonly workspaceId: string;
  readonly shard: number;
  /** When this instance of the object began, ms since 1970. */
  readonly generation: number;
  readonly seq: number;
  readonly at: number;
  /** People; of those, who is doing something. An API key is nobody. */
  readonly users: number;
  readonly active: number;
  /** Sockets of people, by what they sit at. */
  readonly connections: Readonly<Record<Device, number>>;
  /** Sockets of API keys. */
  readonly integrations: number;
  /** Sockets that it takes at most. */
  readonly capacity: number;
  /** Since this instance began. */
  readonly traffic: ShardTraffic;
}

export interface ShardTraffic {
  readonly opened: number;
  readonly refused: number;
  /** By why they ended: the names of `closeReasons`, and `left` for those that the client ended. */
  readonly closed: Readonly<Partial<Record<string, number>>>;
  readonly received: number;
  readonly sent: number;
}

/** People and sockets of one workspace, over all of its objects. */
export interface WorkspacePresence {
  readonly users: number;
  readonly active: number;
  readonly connections: number;
}

/** Who adds up what the objects of sockets say. */
export interface PresenceTotals {
  /** Answers what the workspace adds up to. */
  report(snapshot: ShardSnapshot): Promise<WorkspacePresence>;
  /** The shard holds nothing any more. */
  leave(workspaceId: string, shard: number): Promise<void>;
}

/** A shard reports at most this often, when something changed. */
export const reportEveryMs = 10 * secondMs;
/** A shard that has sockets reports at least this often, changed or not. */
export const reportAtLeastEveryMs = 5 * minuteMs;
/** What was not confirmed for this long is not there any more. */
export const snapshotExpiresMs = 11 * minuteMs;
