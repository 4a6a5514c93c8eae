import type { JobSlice } from "../jobs/index.ts";

/** One thing that an erasure does: as much as a slice may. Answers how much there was; the last answer is 0. */
export type Step = () => Promise<number>;

/**
 * One slice of an erasure: the first step with something to do does some of it. The slice that finds nothing anywhere is the last, so that whatever
 * was cut off anywhere is begun again from its beginning.
 */
export async function takeStep(steps: readonly Step[]): Promise<JobSlice> {
  for (const step of steps) {
    const progress = await step();
    if (progress > 0) return { done: false, progress };
  }
  return { done: true, progress: 0 };
}
