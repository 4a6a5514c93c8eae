import type { Crawls } from "../shared/audits/index.ts";
import { type Limiters, readVerdict } from "../shared/limits/index.ts";

// The only place that turns a name into a stub.

/** The limiters by caller. */
export const limitersOf =
  (env: Env): Limiters =>
  (caller) => {
    const limiter = () => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(caller));
    return {
      hit: async (hit) => readVerdict(hit, await limiter().hit(hit)),
      acquire: async (request) => await limiter().acquire(request),
      release: async (lease) => await limiter().release(lease),
      note: async (outcome) => await limiter().note(outcome),
      clear: async () => await limiter().clear(),
    };
  };

/** The crawl objects by audit id. */
export function crawlsOf(env: Env): Crawls {
  const crawl = (auditId: string) => env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(auditId));
  return {
    start: (start) => crawl(start.auditId).start(start),
    report: (auditId, reports) => crawl(auditId).report(reports),
    progress: (auditId) => crawl(auditId).progress(),
    flush: (auditId) => crawl(auditId).flush(),
    resume: (auditId) => crawl(auditId).resume(),
    // Aborting is how an object forgets what it holds in memory; the caller of that very call hears of it as an error.
    clear: async (auditId) => {
      try {
        await crawl(auditId).clear();
      } catch (error) {
        if (!(error instanceof Error && error.message.includes("cleared"))) throw error;
      }
    },
  };
}
