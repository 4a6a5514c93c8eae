import { background } from "./background.ts";
import { deliveries } from "./deliveries.ts";
import type { Kept } from "./kept.ts";
import { people } from "./people.ts";
import { results } from "./results.ts";
import { signIns } from "./sign-ins.ts";

/** What is kept for a time, in the order in which it is cleared away. What is not here is kept until somebody deletes it. */
export const keptThings: readonly Kept[] = [...signIns, ...background, ...people, ...deliveries, ...results];
