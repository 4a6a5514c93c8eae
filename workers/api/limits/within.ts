import { secondMs } from "../../../shared/platform/index.ts";

/** A limiter that takes longer than this counts as one that does not answer. */
export const answerWithinMs = 2 * secondMs;

/** What a promise resolves to, or null when that takes too long; then nobody hears how it ends. */
export async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), ms);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
    void promise.catch(() => undefined);
  }
}
