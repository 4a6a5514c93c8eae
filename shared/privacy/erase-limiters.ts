import { eq } from "drizzle-orm";
import { jobs } from "../db/schema/index.ts";
import type { JobExecutor } from "../jobs/index.ts";
import type { Limiters } from "../limits/index.ts";

/** The executor of `limiters.erase`: the second look at the limiters of keys that are gone. */
export function eraseLimitersWith({ limiters }: { readonly limiters: Limiters }): JobExecutor<"limiters.erase"> {
  return async ({ db, jobId, input }) => {
    for (const id of input.keyIds) await limiters(`key:${id}`).clear();
    // The job itself is the last that knows the ids. Whoever writes its end finds no row, which is as good.
    await db.delete(jobs).where(eq(jobs.id, jobId));
    return { done: true, progress: 0 };
  };
}
