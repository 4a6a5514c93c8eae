import type { Quota, QuotaState } from "./limiter.ts";

/**
 * What one caller took of one policy: when, and how many units each time, oldest first. A hit lapses `windowMs` after it was made, to the
 * millisecond, so no window, wherever it begins, ever holds more than the limit.
 *
 * Packed as it is stored: the time of the first hit (8 bytes, float, ms since 1970), then for every hit 4 bytes of milliseconds since the first
 * and 4 bytes of units (both unsigned, little endian). Windows may be up to 49 days long. A log is never changed: who takes gets a new one.
 */
export type SlidingLog = Uint8Array<ArrayBuffer>;

export const emptyLog: SlidingLog = new Uint8Array(0);

/** How a log stands at a moment towards one quota. */
export interface Standing {
  /** Units taken that have not lapsed. */
  readonly used: number;
  /** Milliseconds until the first of them come back; 0 when there are none. */
  readonly resetMs: number;
  /**
   * Milliseconds until the cost fits, if nobody else comes: 0 when it fits now, and the whole window when it never will, since it is more than
   * the limit itself.
   */
  readonly waitMs: number;
}

const headerBytes = 8;
const hitBytes = 8;

/**
 * A log as it is at `now`: without what lapsed, and never ahead of the clock. When the clock has stepped back, the whole log steps back with
 * it, as if no time had gone by since the last hit: hits then lapse rather late than early, and nobody waits for the old time to come again.
 */
export function settle(log: SlidingLog, now: number, windowMs: number): SlidingLog {
  if (log.length === 0) return log;
  const view = viewOf(log);
  const base = baseOf(view) - Math.max(0, lastOf(view) - now);
  const first = firstAlive(view, base, now - windowMs);
  if (first === headerBytes && base === baseOf(view)) return log;
  if (first === log.length) return emptyLog;
  const kept = new Uint8Array(headerBytes + log.length - first);
  kept.set(log.subarray(first), headerBytes);
  const keptView = viewOf(kept);
  const dropped = view.getUint32(first, true);
  keptView.setFloat64(0, base + dropped, true);
  if (dropped > 0) for (let at = headerBytes; at < kept.length; at += hitBytes) keptView.setUint32(at, keptView.getUint32(at, true) - dropped, true);
  return kept;
}

/** How a log that was settled at `now` stands towards a quota. */
export function standingOf(log: SlidingLog, now: number, { limit, windowMs, cost }: Quota): Standing {
  if (log.length === 0) return { used: 0, resetMs: 0, waitMs: cost > limit ? windowMs : 0 };
  const view = viewOf(log);
  const used = unitsOf(view);
  // How long until a hit lapses that was made with the first.
  const resetMs = baseOf(view) + windowMs - now;
  const excess = used + cost - limit;
  return { used, resetMs, waitMs: cost > limit ? windowMs : excess > 0 ? sinceFirst(view, excess) + resetMs : 0 };
}

/** How a log stands once the cost of a quota was taken from it, at the moment at which it was looked at. */
export const afterTaking = ({ used, resetMs }: Standing, { cost, windowMs }: Quota): Standing => ({
  used: used + cost,
  resetMs: used === 0 && cost > 0 ? windowMs : resetMs,
  waitMs: 0,
});

/** A log that was settled at `now`, with `units` more taken at that moment. */
export function take(log: SlidingLog, now: number, units: number): SlidingLog {
  if (units === 0) return log;
  if (log.length > 0 && lastOf(viewOf(log)) === now) return withMoreAtTheEnd(log, units);
  const taken = new Uint8Array(Math.max(log.length, headerBytes) + hitBytes);
  taken.set(log);
  const view = viewOf(taken);
  if (log.length === 0) view.setFloat64(0, now, true);
  view.setUint32(taken.length - hitBytes, now - baseOf(view), true);
  view.setUint32(taken.length - hitBytes / 2, units, true);
  return taken;
}

/** When the last hit of a log was made, ms since 1970; null when there is none. */
export const lastHitAt = (log: SlidingLog): number | null => (log.length === 0 ? null : lastOf(viewOf(log)));

/** What callers are told of a quota. */
export const stateOf = ({ name, limit, windowMs }: Quota, { used, resetMs }: Standing): QuotaState => ({
  name,
  limit,
  windowMs,
  remaining: Math.max(0, limit - used),
  resetMs,
});

const viewOf = (log: SlidingLog): DataView => new DataView(log.buffer, log.byteOffset, log.byteLength);
const baseOf = (view: DataView): number => view.getFloat64(0, true);
const unitsAt = (view: DataView, at: number): number => view.getUint32(at + hitBytes / 2, true);
const lastOf = (view: DataView): number => baseOf(view) + view.getUint32(view.byteLength - hitBytes, true);

/** Where the first hit is that was made after `lapsed`. */
function firstAlive(view: DataView, base: number, lapsed: number): number {
  let at = headerBytes;
  while (at < view.byteLength && base + view.getUint32(at, true) <= lapsed) at += hitBytes;
  return at;
}

function unitsOf(view: DataView): number {
  let units = 0;
  for (let at = headerBytes; at < view.byteLength; at += hitBytes) units += unitsAt(view, at);
  return units;
}

/** How long after the first hit that one was made with whose lapse `excess` units have lapsed. */
function sinceFirst(view: DataView, excess: number): number {
  let at = headerBytes;
  let left = excess - unitsAt(view, at);
  while (left > 0) {
    at += hitBytes;
    left -= unitsAt(view, at);
  }
  return view.getUint32(at, true);
}

function withMoreAtTheEnd(log: SlidingLog, units: number): SlidingLog {
  const taken = new Uint8Array(log);
  const view = viewOf(taken);
  view.setUint32(taken.length - hitBytes / 2, view.getUint32(taken.length - hitBytes / 2, true) + units, true);
  return taken;
}
