import type { Told } from "./figures.ts";
import { processes } from "./fleet.ts";

export interface StageOptions {
  readonly sockets: number;
  /** As many as are wanted; more than `sockets` where a process may not have so many files open. */
  readonly wanted: number;
  /** Of each person. */
  readonly tabs: number;
  /** How often everybody is told something. */
  readonly rounds: number;
  /** How many people are disconnected. */
  readonly disconnects: number;
  readonly log: (line: string) => void;
}

/** What is measured of every server. */
export interface Measured {
  /** Connections. */
  readonly perSecond: number;
  /** Of memory, for each connection. */
  readonly kilobytes: number;
  readonly broadcast: Told;
  readonly disconnectMs: number;
}

/** Connections that are made first and do not count, since code is compiled and caches fill: a fifth, for each process as many. */
export const warmUpOf = (sockets: number): number => Math.floor(sockets / 5 / processes) * processes;
