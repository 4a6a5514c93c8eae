import { hourMs } from "../../platform/index.ts";
import { snapshotExpiresMs } from "../snapshot.ts";
import { keptMinutesMs, noPeaks, peaksOf } from "./minutes.ts";
import { holds } from "./reports.ts";
import type { Held, TotalsRows } from "./stored-totals.ts";

/** Forgets what was not confirmed for too long, and minutes that are too old: in the rows and in memory. */
export function removeExpired(held: Held, rows: TotalsRows, now: number): void {
  for (const [workspaceId, shards] of held.shards) {
    for (const [shard, report] of shards) {
      if (holds(report, now)) continue;
      rows.dropShard(workspaceId, shard);
      shards.delete(shard);
    }
    if (shards.size === 0) held.shards.delete(workspaceId);
  }
  for (const [name, report] of held.leaves) {
    if (holds(report, now)) continue;
    rows.dropLeaf(name);
    held.leaves.delete(name);
  }
  removeMinutes(held, rows, now - keptMinutesMs);
}

/** The highest of them stays. */
function removeMinutes(held: Held, rows: TotalsRows, until: number): void {
  const old = held.minutes.filter(({ at }) => at <= until);
  if (old.length === 0) return;
  const peaks = peaksOf(old, held.formerPeaks ?? noPeaks);
  rows.saveSetting("peaks", peaks);
  rows.dropMinutesUntil(until);
  held.formerPeaks = peaks;
  held.minutes = held.minutes.slice(old.length);
}

/** When something expires next; null when nothing ever does. */
export function nextExpiry({ shards, leaves, minutes }: Held): number | null {
  let first = Number.POSITIVE_INFINITY;
  for (const own of shards.values()) for (const { heardAt } of own.values()) first = Math.min(first, heardAt + snapshotExpiresMs);
  for (const { heardAt } of leaves.values()) first = Math.min(first, heardAt + snapshotExpiresMs);
  const [oldest] = minutes;
  // An hour of minutes at a time, not each by itself.
  if (oldest !== undefined) first = Math.min(first, oldest.at + keptMinutesMs + hourMs);
  return Number.isFinite(first) ? first : null;
}
