import { retryAfterMs } from "../../platform/index.ts";
import type { Answer, FailedVerdict } from "./kind.ts";

/** What a kind knows of a status, or of what the body says with it. */
export interface StatusMeaning {
  /** What is wrong and what to do, in a sentence or two. */
  readonly says: string;
  readonly failure?: FailedVerdict["failure"];
  readonly retry?: FailedVerdict["retry"];
  readonly disables?: true;
}

/** Statuses that pass by themselves (RFC 9110; 425: RFC 8470). */
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/**
 * What an answer that is no success means: what the kind knows of it, else what its status says to everybody. What passes by itself is tried again
 * by the schedule, and not before the receiver wants to be asked again; the rest three times, since it may be a passing fault on the way.
 * @param who who answered, as people call them
 */
export function failedBy(who: string, answer: Answer, now: number, meaning?: StatusMeaning): FailedVerdict {
  const { status, headers } = answer;
  const passes = passing.has(status) || status >= 500;
  const waitMs = status === 429 || status === 503 ? retryAfterMs(headers, now) : null;
  return {
    is: "failed",
    failure: meaning?.failure ?? usualFailure(status),
    message: `${who} answered ${status}${quoted(answer)}. ${meaning?.says ?? usuallySays(status)}`,
    retry: meaning?.retry ?? (passes ? "schedule" : "few"),
    ...(waitMs !== null && { retryAfterMs: waitMs }),
    ...(meaning?.disables && { disables: true }),
  };
}

function usualFailure(status: number): FailedVerdict["failure"] {
  if (status >= 300 && status < 400) return "redirect";
  return status < 300 ? "rejected" : "status";
}

function usuallySays(status: number): string {
  if (status === 429) return "It was asked too often.";
  if (status >= 500) return "The fault is on its side.";
  if (status >= 300 && status < 400) return "Redirects are not followed: give the address that it leads to.";
  return status < 300 ? "That is not how it says that a message arrived." : "Check that the address of this endpoint is still right.";
}

/** A short word in the answer, such as `invalid_payload`, says more than the status. A page does not. */
function quoted({ body }: Answer): string {
  const text = body.trim();
  return /^[\w .,:'-]{1,200}$/.test(text) ? ` (${text})` : "";
}
