import type { Outcome, UsageOf } from "../../../shared/limits/index.ts";
import type { ErrorCode } from "../../../shared/platform/index.ts";
import type { Declaration } from "../declaration.ts";

/** What is known of a request once it is answered. */
export interface Answered {
  readonly method: string;
  /** The route's template. */
  readonly path: string;
  readonly status: number;
  /** Of the problem; null for an answer that is none. */
  readonly code: ErrorCode | null;
  readonly counts?: Declaration["counts"];
  /** The answer of an earlier request was given again. */
  readonly isReplay: boolean;
}

const refusedBelow = 500;

/** What is to be counted of an answered request; null when nothing is, so that nobody is asked for the most common answers. */
export function outcomeOf(usage: UsageOf, { method, path, status, code, counts, isReplay }: Answered): Outcome | null {
  const isError = status >= 400 && code !== "rate_limited";
  const isAudit = counts === "audits" && status < 300 && !isReplay;
  if (!isError && !isAudit) return null;
  const isTold = isError && status < refusedBelow && code !== null && code !== "unauthenticated" && (method !== "get" || code === "forbidden");
  return {
    v: 1,
    usage,
    ...(isError ? { error: true } : {}),
    ...(isAudit ? { audit: true } : {}),
    ...(isTold ? { refusal: { route: `${method.toUpperCase()} ${path}`, code } } : {}),
  };
}
