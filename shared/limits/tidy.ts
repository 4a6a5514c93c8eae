import { dayMs, hourMs } from "../platform/index.ts";
import { allCounts, type CallerState, type CallerStore, type PolicyRow } from "./caller-store.ts";
import type { DayCount } from "./day-counts.ts";
import { aliveOf } from "./leases.ts";
import { isOver } from "./refusal-counts.ts";
import { lastHitAt } from "./sliding-log.ts";

/** A day's counts are kept a little longer than the day, in case the clock steps back over midnight. */
const dayGraceMs = hourMs;

const dayLapsesAt = ({ day }: DayCount): number => Date.parse(day) + dayMs + dayGraceMs;
const policyLapsesAt = ({ log, windowMs }: PolicyRow): number => (lastHitAt(log) ?? Number.NEGATIVE_INFINITY) + windowMs;

/** When the last of what is kept lapses; null when nothing is kept. */
export function lapsesAt(store: CallerStore): number | null {
  const ends = [...[...store.policies.values()].map(policyLapsesAt), ...allCounts(store).map(dayLapsesAt), ...store.state.leases.map(({ until }) => until)];
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Forgets what had lapsed at `at`, once the database was told of everything up to then. */
export function tidy(store: CallerStore, at: number): "kept" | "empty" {
  const lasting = (counts: readonly DayCount[]): DayCount[] => counts.filter((count) => dayLapsesAt(count) > at);
  const changed = new Map<string, PolicyRow | null>();
  for (const [name, row] of store.policies) {
    const counts = lasting(row.counts);
    if (counts.length === 0 && policyLapsesAt(row) <= at) changed.set(name, null);
    else if (counts.length < row.counts.length) changed.set(name, { ...row, counts });
  }
  const { counts, refusals, leases } = store.state;
  const rest = { counts: lasting(counts), refusals: refusals.filter((refusal) => !isOver(refusal, at)), leases: aliveOf(leases, at), failures: 0 };
  store.save(changed, sizeOf(rest) === sizeOf(store.state) ? undefined : rest);
  return store.policies.size === 0 && sizeOf(store.state) === 0 ? "empty" : "kept";
}

const sizeOf = ({ counts, refusals, leases, failures }: CallerState): number => counts.length + refusals.length + leases.length + failures;
