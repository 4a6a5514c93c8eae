import { z } from "zod";
import { minuteMs, secondMs } from "../../platform/index.ts";

/** How an origin of the audited site has answered lately. One that answers well has none. */
export const HostHealth = z.object({
  /** Addresses in a row that got no answer, or none but "not now". */
  unanswered: z.int(),
  /** When the first of them failed. */
  since: z.number(),
  /** For the rest of the crawl. */
  isAbandoned: z.boolean(),
});
export type HostHealth = z.infer<typeof HostHealth>;

/** What one result says of the host that was asked. `nothing`: it was not asked, or we never heard what it said. */
export type Sound = "answered" | "turned-away" | "nothing";

interface Result {
  /** Of the address itself; null when nothing answered. */
  readonly status: number | null;
  /** Whether a body was promised and did not come to its end. */
  readonly isBroken: boolean;
  /** Whether a later try may do better. */
  readonly mayPass: boolean;
}

/** "Not now", from the server itself (429, 503) or from a gateway that gets no answer out of it (RFC 9110, 15.6; Cloudflare's 521 to 524). */
const notNow: ReadonlySet<number> = new Set([429, 502, 503, 504, 521, 522, 523, 524]);

/** So many addresses in a row, for so long: a server that restarts is back sooner, and one slow page says nothing about the others. */
const patience = { addresses: 5, ms: 2 * minuteMs } as const;
/** Between two looks at a host in trouble: asking it at full speed would not help it. */
const pauseMs = 10 * secondMs;

export function soundOf({ status, isBroken, mayPass }: Result): Sound {
  if (mayPass && (status === null || isBroken || notNow.has(status))) return "turned-away";
  return status === null ? "nothing" : "answered";
}

/**
 * The health of an origin after one more result; null when it is well.
 * @param isFirstFailure whether this address had not failed before: an address that is asked three times counts once
 */
export function healthAfter(before: HostHealth | null, sound: Sound, isFirstFailure: boolean, now: number): HostHealth | null {
  if (sound === "nothing" || before?.isAbandoned === true) return before;
  if (sound === "answered") return null;
  const since = before?.since ?? now;
  const unanswered = (before?.unanswered ?? 0) + (isFirstFailure ? 1 : 0);
  return { unanswered, since, isAbandoned: unanswered >= patience.addresses && now - since >= patience.ms };
}

/** When a host in trouble may be asked next; null when there is no reason to wait. */
export function nextLookAt(health: HostHealth | null, now: number): number | null {
  return health !== null && !health.isAbandoned && health.unanswered >= patience.addresses ? now + pauseMs : null;
}

/** The origins that are left alone. */
export function abandonedIn(health: Readonly<Record<string, HostHealth>>): string[] {
  return Object.entries(health).flatMap(([origin, { isAbandoned }]) => (isAbandoned ? [origin] : []));
}
