import { type Budget, evaluate } from "../../expressions/index.ts";
import type { PublicEvent } from "../catalogue/public-event.ts";

/** Steps of one filter, and of all that are asked about one event: a workspace shares those who handle events with all others. */
const stepsOfOne = 2_000;
export const stepsPerEvent = 20_000;

/**
 * What a filter says of an event; only `true` lets it through.
 * @param together what it may do together with the other filters that are asked about this event
 * @throws AppError `invalid` when it fails, or takes too much
 */
export const askFilter = (filter: string, event: PublicEvent, together?: Budget): Promise<unknown> => evaluate(filter, event, { steps: stepsOfOne, together });
