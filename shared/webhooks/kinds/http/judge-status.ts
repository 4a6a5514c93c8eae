import { failedBy, type StatusMeaning } from "../failed-by.ts";
import type { Answer, Verdict } from "../kind.ts";

const gone: StatusMeaning = {
  failure: "gone",
  retry: "never",
  disables: true,
  says: "It takes nothing more, so nothing more is sent to it. Give another address, then enable this endpoint again.",
};

/**
 * The usual rule, of receivers that have none of their own: any 2xx is a success, whatever else the answer says; 410 is the end of the endpoint; what
 * passes by itself is tried again by the schedule, with `Retry-After` kept to where it is 429 or 503; everything else three times.
 * @param now ms since 1970, from which a date in `Retry-After` is counted
 */
export function judgeStatus(answer: Answer, now: number): Verdict {
  if (answer.status >= 200 && answer.status < 300) return { is: "delivered" };
  return failedBy("The receiver", answer, now, answer.status === 410 ? gone : undefined);
}
