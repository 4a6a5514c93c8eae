import { limitPolicies, type QuotaState, type Verdict } from "../../../shared/limits/index.ts";
import { AppError, hourMs, minuteMs, secondMs } from "../../../shared/platform/index.ts";
import type { LimitDecision } from "./limit-checker.ts";

/** How long whoever cannot be counted is asked to wait. */
const unavailableMs = 5 * secondMs;

/** What a decision refuses with; undefined when it lets the request go on. */
export function refusalOf(decision: LimitDecision): AppError | undefined {
  if (decision === "unavailable") {
    return new AppError("unavailable", "The limits of this request cannot be counted right now, and it is not let through uncounted.", {
      retryAfterMs: unavailableMs,
    });
  }
  const { refusedBy, verdict } = decision;
  return refusedBy === null ? undefined : overLimit(refusedBy, verdict.retryAfterMs ?? 0);
}

function overLimit({ name, limit, windowMs }: QuotaState, retryAfterMs: NonNullable<Verdict["retryAfterMs"]>): AppError {
  const detail = `The limit "${name}" is reached: ${limit} ${limit === 1 ? "request" : "requests"} ${whoseIs(name)} in any ${timeInWords(windowMs)}. Try again in ${timeInWords(retryAfterMs)}.`;
  return new AppError("rate_limited", detail, { retryAfterMs });
}

const whose = { ip: "from one address", caller: "of one API key or one person", person: "of one person and their API keys" } as const;

const whoseIs = (limit: string): string => whose[Object.entries(limitPolicies).find(([name]) => name === limit)?.[1].per ?? "caller"];

/** What no more of can be open at once. */
export function tooManyOpen(what: string, limit: number, retryAfterMs: number): AppError {
  const detail = `The limit "${what}" is reached: ${limit} of one API key or one person at once. Close one, or try again in ${timeInWords(retryAfterMs)}.`;
  return new AppError("rate_limited", detail, { retryAfterMs });
}

/** `1 hour`, `60 seconds`: whole, and never less than it is. */
function timeInWords(ms: number): string {
  const [unit, unitMs] = ms >= hourMs ? ["hour", hourMs] : ms > 2 * minuteMs ? ["minute", minuteMs] : ["second", secondMs];
  const count = Math.max(1, Math.ceil(ms / unitMs));
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
