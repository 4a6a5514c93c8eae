import { secondMs } from "../../platform/index.ts";

/** How a crawl spaces its requests: so many a second to the host, or as fast as it answers (`null`). */
export type Rate = number | null;

export interface ReleaseInput {
  readonly now: number;
  readonly rate: Rate;
  /** When the host may be asked next. */
  readonly nextSlotAt: number;
  /** Addresses released and not reported yet. */
  readonly outstanding: number;
}

export interface Release {
  /** How many addresses may go out now. */
  readonly count: number;
  /** When to look again; null when only a report can make room. */
  readonly wakeAt: number | null;
}

/** A queue that lags must not bunch more requests than this many seconds' worth at the host. */
const outstandingSeconds = 5;
/** Addresses go out in bunches of at most this many seconds' worth, so that fast crawls do not need an alarm for each. */
const bunchSeconds = 0.25;
/** Without spacing: enough to keep a consumer's connections busy while the next messages travel. */
export const unspacedOutstanding = 144;

/** Decides how many addresses may be released now; averages exactly `rate` however late it is asked, and never catches up. */
export function planRelease({ now, rate, nextSlotAt, outstanding }: ReleaseInput): Release {
  const room = (rate === null ? unspacedOutstanding : Math.max(1, Math.floor(rate * outstandingSeconds))) - outstanding;
  if (room <= 0) return { count: 0, wakeAt: null };
  // Also without spacing: the host asked for a pause, or is in trouble.
  if (now < nextSlotAt) return { count: 0, wakeAt: nextSlotAt };
  if (rate === null) return { count: room, wakeAt: null };
  const bunch = Math.max(1, Math.floor(rate * bunchSeconds));
  return { count: Math.min(bunch, room), wakeAt: null };
}

/** When the host may be asked next after `count` requests were granted at `now`. */
export function slotAfter(now: number, nextSlotAt: number, rate: Rate, count: number): number {
  return Math.max(now, nextSlotAt) + (rate === null ? 0 : (count * secondMs) / rate);
}

/** `Crawl-delay`, in no standard but widely honoured, wins over the asked rate; more than 30 s would only keep an audit from ending. */
export function rateWithCrawlDelay(rate: Rate, crawlDelaySeconds: number | null): Rate {
  if (crawlDelaySeconds === null || crawlDelaySeconds <= 0) return rate;
  const polite = 1 / Math.min(crawlDelaySeconds, 30);
  return rate === null ? polite : Math.min(rate, polite);
}
