import { secondMs } from "../platform/index.ts";
import type { MessageCount, MetricsDelta, Outcome, RequestCount, StatusClass } from "./delta.ts";
import { newTally, observationsIn, observe, type Tally } from "./histogram.ts";

export interface MeterDeps {
  /** Random, of this isolate. */
  readonly isolate: string;
  readonly now: () => number;
}

/** What one isolate measures, in its memory until it is told. */
export interface Meter {
  request(route: string, status: number, ms: number): void;
  message(queue: string, outcome: Outcome, ms: number): void;
  /** Asked after an observation: in how many ms the caller is to call `tell`; null when somebody else does, and for who cannot wait until it is time. */
  plan(canWait: boolean): number | null;
  /** Tells everything since the last time, and first what could not be told then. Never throws. */
  tell(push: (delta: MetricsDelta) => Promise<void>): Promise<void>;
}

const tellEveryMs = 10 * secondMs;
/** So many observations are told at once. */
const mostObservations = 1_000;
/** Deltas that wait to be told again; about a minute of them. */
const mostUnsent = 6;
/** What was promised for then and has not happened was cut off with the request that promised it. */
const graceMs = 20 * secondMs;
/** Timers may end a little early. */
const earlyMs = secondMs;

/** An upgrade to a socket (101) is a success too. */
const classOf = (status: number): StatusClass => (status >= 500 ? "5xx" : status >= 400 ? "4xx" : status >= 300 ? "3xx" : "2xx");

interface Measured {
  readonly requests: Map<string, { readonly route: string; readonly status: StatusClass; readonly latency: Tally }>;
  readonly messages: Map<string, { readonly queue: string; readonly outcome: Outcome; readonly duration: Tally }>;
  count: number;
  /** When the first of it was observed. */
  since: number;
}
const nothing = (): Measured => ({ requests: new Map(), messages: new Map(), count: 0, since: Number.POSITIVE_INFINITY });

export function createMeter({ isolate, now }: MeterDeps): Meter {
  let measured = nothing();
  let unsent: MetricsDelta[] = [];
  let seq = 0;
  let lost = 0;
  let plannedAt: number | null = null;
  let tellingSince: number | null = null;

  const isTelling = (): boolean => tellingSince !== null && now() < tellingSince + graceMs;

  const noteObservation = (): void => {
    if (measured.count === 0) measured.since = now();
    measured.count += 1;
  };
  const take = (): void => {
    if (measured.count === 0) return;
    const requests: RequestCount[] = [...measured.requests.values()];
    const messages: MessageCount[] = [...measured.messages.values()];
    seq += 1;
    unsent.push({ isolate, seq, at: now(), lost, requests, messages });
    measured = nothing();
    lost = 0;
    while (unsent.length > mostUnsent) lost += lostWith(unsent.shift());
  };

  return {
    request(route, status, ms) {
      const statusClass = classOf(status);
      const key = `${statusClass} ${route}`;
      let count = measured.requests.get(key);
      if (count === undefined) {
        count = { route, status: statusClass, latency: newTally() };
        measured.requests.set(key, count);
      }
      observe(count.latency, ms);
      noteObservation();
    },

    message(queue, outcome, ms) {
      const key = `${outcome} ${queue}`;
      let count = measured.messages.get(key);
      if (count === undefined) {
        count = { queue, outcome, duration: newTally() };
        measured.messages.set(key, count);
      }
      observe(count.duration, ms);
      noteObservation();
    },

    plan(canWait) {
      if (isTelling()) return null;
      const time = now();
      if (measured.count === mostObservations) return 0;
      if (plannedAt !== null && time <= plannedAt + graceMs) return null;
      const isLate = plannedAt !== null || time >= measured.since + tellEveryMs;
      if (!isLate && !canWait) return null;
      plannedAt = isLate ? time : time + tellEveryMs;
      return isLate ? 0 : tellEveryMs;
    },

    async tell(push) {
      if (isTelling()) return;
      tellingSince = now();
      // Whoever told early, since there was much, leaves the plan to whoever made it.
      if (plannedAt !== null && now() >= plannedAt - earlyMs) plannedAt = null;
      take();
      try {
        for (let next = unsent[0]; next !== undefined; next = unsent[0]) {
          await push(next);
          unsent = unsent.slice(1);
        }
      } catch {
        // It is told again with the next ones, under the same number: whether it arrived is not known.
      } finally {
        tellingSince = null;
      }
    },
  };
}

const lostWith = (delta: MetricsDelta | undefined): number =>
  delta === undefined
    ? 0
    : [...delta.requests.map(({ latency }) => latency), ...delta.messages.map(({ duration }) => duration)].reduce(
        (sum, histogram) => sum + observationsIn(histogram),
        delta.lost,
      );
