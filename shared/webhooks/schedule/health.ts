import { z } from "zod";
import { dayMs } from "../../platform/index.ts";

/** Without a success for so long, people are warned; both times once. */
const warnAfterMs = [dayMs, 3 * dayMs] as const;
const disableAfterMs = 5 * dayMs;

/** How long an endpoint has been failing. */
export const Health = z.object({
  /** When the first attempt failed after which none succeeded, ms since 1970; null when the last one succeeded. */
  failingSince: z.number().nullable(),
  /** Warnings that were given since then, or left out since a later one was due as well. */
  warnings: z.number(),
});
export type Health = Readonly<z.infer<typeof Health>>;

export const healthy: Health = { failingSince: null, warnings: 0 };

/** Health once one more attempt ended, at `now`. */
export function afterAttempt(health: Health, succeeded: boolean, now: number): Health {
  if (succeeded) return healthy;
  return health.failingSince === null ? { failingSince: now, warnings: 0 } : health;
}

/** What is to be done now: nothing, to give warning number `warning` (1-based), or to disable the endpoint. */
export type Step = { readonly is: "none" } | { readonly is: "warn"; readonly warning: number; readonly since: number } | { readonly is: "disable" };

export function stepOf({ failingSince, warnings }: Health, now: number): Step {
  if (failingSince === null) return { is: "none" };
  const failingMs = now - failingSince;
  if (failingMs >= disableAfterMs) return { is: "disable" };
  const due = warnAfterMs.filter((afterMs) => failingMs >= afterMs).length;
  return due > warnings ? { is: "warn", warning: due, since: failingSince } : { is: "none" };
}

/** When the next step is due if nothing succeeds, ms since 1970; null while all is well. */
export function nextStepAt({ failingSince, warnings }: Health): number | null {
  return failingSince === null ? null : failingSince + (warnAfterMs[warnings] ?? disableAfterMs);
}
