import type { overlapPolicies } from "./schemas.ts";

export type Overlap = (typeof overlapPolicies)[number];

/** How many runs of a schedule are not over: under way or about to start, and waiting for those. */
export interface Unfinished {
  readonly running: number;
  readonly waiting: number;
}

/** What becomes of a run that is to be now. */
export type Placed = { readonly state: "due" | "waiting"; readonly reason: null } | { readonly state: "skipped"; readonly reason: string };

/** Runs of one schedule that may wait for the one before. */
export const mostWaiting = 20;

export const skipped = (reason: string): Placed => ({ state: "skipped", reason });
const overlapReason = "The run before was not over yet.";
const crowdReason = `${mostWaiting} runs were waiting for the one before already.`;

/** Whether a run starts, waits or is skipped, beside those of its schedule that are not over. */
export function placeRun(overlap: Overlap, { running, waiting }: Unfinished): Placed {
  if (overlap === "allow" || running + waiting === 0) return { state: "due", reason: null };
  if (overlap === "skip") return skipped(overlapReason);
  return waiting < mostWaiting ? { state: "waiting", reason: null } : skipped(crowdReason);
}

/** How many there are beside a run once it is placed. */
export const withPlaced = ({ running, waiting }: Unfinished, { state }: Placed): Unfinished => ({
  running: running + Number(state === "due"),
  waiting: waiting + Number(state === "waiting"),
});
