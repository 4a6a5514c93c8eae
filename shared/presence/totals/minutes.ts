import { dayMs, minuteMs } from "../../platform/index.ts";
import { snapshotExpiresMs } from "../snapshot.ts";

/** What a minute ended with, and the most at any time in it. */
export interface Minute {
  /** Its beginning, ms since 1970. */
  readonly at: number;
  readonly users: number;
  readonly active: number;
  readonly connections: number;
  readonly mostUsers: number;
  readonly mostConnections: number;
}
export type Online = Pick<Minute, "users" | "active" | "connections">;

export interface Peak {
  readonly count: number;
  /** Beginning of the minute in which it was so; null when there was nobody yet. */
  readonly at: number | null;
}
export interface Peaks {
  readonly users: Peak;
  readonly connections: Peak;
}

export const keptMinutesMs = dayMs;
const none: Peak = { count: 0, at: null };
export const noPeaks: Peaks = { users: none, connections: none };
const nobody: Online = { users: 0, active: 0, connections: 0 };

export const minuteAt = (time: number): number => Math.floor(time / minuteMs) * minuteMs;

/** The minute with what is counted now. */
export function inMinute(before: Minute | undefined, { users, active, connections }: Online, now: number): Minute {
  const at = minuteAt(now);
  const same = before?.at === at ? before : { mostUsers: 0, mostConnections: 0 };
  return { at, users, active, connections, mostUsers: Math.max(users, same.mostUsers), mostConnections: Math.max(connections, same.mostConnections) };
}

/**
 * One point a minute for the last 24 hours, the present minute last. A minute in which nothing was said is as the one before it ended, until what
 * was said has expired: whoever is there says so more often than that, so then there was nobody. Before the first minute in which anything was said
 * nothing is known: these are left out, unless minutes that are not kept any more were before them (`knownBefore`).
 */
export function seriesOf(minutes: readonly Minute[], now: number, { knownBefore }: { readonly knownBefore: boolean }): (Online & { readonly at: number })[] {
  const last = minuteAt(now);
  const begin = last - keptMinutesMs + minuteMs;
  const first = knownBefore ? begin : Math.max(begin, minutes[0]?.at ?? Number.POSITIVE_INFINITY);
  const series: (Online & { at: number })[] = [];
  let next = 0;
  let known: Minute | undefined;
  for (let at = first; at <= last; at += minuteMs) {
    for (let minute = minutes[next]; minute !== undefined && minute.at <= at; minute = minutes[next]) {
      known = minute;
      next += 1;
    }
    const { users, active, connections } = known !== undefined && at < known.at + snapshotExpiresMs ? known : nobody;
    series.push({ at, users, active, connections });
  }
  return series;
}

/** The highest of what was and of some minutes; the first time that it was reached. */
export function peaksOf(minutes: Iterable<Minute>, before: Peaks = noPeaks): Peaks {
  let { users, connections } = before;
  for (const { at, mostUsers, mostConnections } of minutes) {
    if (mostUsers > users.count) users = { count: mostUsers, at };
    if (mostConnections > connections.count) connections = { count: mostConnections, at };
  }
  return { users, connections };
}

/** The peaks of the present UTC day; whoever was still there at midnight counts. */
export function peaksToday(minutes: readonly Minute[], now: number): Peaks {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const before = minutes.findLast(({ at }) => at < midnight);
  const over = before !== undefined && midnight < before.at + snapshotExpiresMs ? before : null;
  const atMidnight = over === null ? [] : [{ ...over, at: midnight, mostUsers: over.users, mostConnections: over.connections }];
  return peaksOf([...atMidnight, ...minutes.filter(({ at }) => at >= midnight)]);
}
