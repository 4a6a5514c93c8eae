/** Upper bounds in ms, the usual ones for requests: what took longer than the last is counted behind it. */
export const boundsMs = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** How many took at most so long; the counts belong to `boundsMs`, and the last one to whatever took longer. */
export interface Histogram {
  readonly counts: readonly number[];
  readonly sumMs: number;
}

/** A histogram that is added to in place. */
export interface Tally {
  readonly counts: number[];
  sumMs: number;
}

export const newTally = (): Tally => ({ counts: Array.from({ length: boundsMs.length + 1 }, () => 0), sumMs: 0 });

/** Adds one that took `ms`; at most 12 comparisons. */
export function observe(tally: Tally, ms: number): void {
  let at = 0;
  for (const bound of boundsMs) {
    if (ms <= bound) break;
    at += 1;
  }
  tally.counts[at] = (tally.counts[at] ?? 0) + 1;
  tally.sumMs += ms;
}

function addTo(tally: Tally, { counts, sumMs }: Histogram): void {
  for (const [at, count] of counts.entries()) tally.counts[at] = (tally.counts[at] ?? 0) + count;
  tally.sumMs += sumMs;
}

export function mergeHistograms(all: Iterable<Histogram>): Histogram {
  const sum = newTally();
  for (const each of all) addTo(sum, each);
  return sum;
}

export const observationsIn = ({ counts }: Histogram): number => counts.reduce((sum, count) => sum + count, 0);

/** A bound within which this share of all ended; null when there were none, or when it is longer than the last bound. */
export function atMostMs(histogram: Histogram, share: number): number | null {
  const wanted = observationsIn(histogram) * share;
  if (wanted === 0) return null;
  let within = 0;
  for (const [at, bound] of boundsMs.entries()) {
    within += histogram.counts[at] ?? 0;
    if (within >= wanted) return bound;
  }
  return null;
}
