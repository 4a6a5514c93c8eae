import { type ConcurrencyName, concurrencyPolicies, type Limiter } from "../../../shared/limits/index.ts";
import { errorFields, type Log } from "../../../shared/platform/index.ts";
import { tooManyOpen } from "./refusal.ts";
import { answerWithinMs, within } from "./within.ts";

/**
 * Counts what a request holds open; the answer ends it. While nothing can be counted it is let through uncounted: it ends by itself.
 * @throws AppError `rate_limited` when as many as may be are open
 */
export async function acquireLease(limiter: Limiter, what: ConcurrencyName, log: Log): Promise<() => Promise<void>> {
  const { limit, leaseMs } = concurrencyPolicies[what];
  const acquired = await within(
    limiter.acquire({ v: 1, name: what, limit, leaseMs }).catch((cause: unknown) => {
      log.warn("what is open cannot be counted", { limit: what, ...errorFields(cause) });
      return null;
    }),
    answerWithinMs,
  );
  if (acquired === null) return async () => {};
  if (acquired.lease === null) throw tooManyOpen(what, limit, acquired.retryAfterMs);
  const { lease } = acquired;
  return () => limiter.release(lease);
}
