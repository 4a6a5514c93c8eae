import { type FieldError, nearest } from "../../platform/index.ts";
import { aliases } from "../catalogue/catalogue.ts";
import { publicEventTypes } from "../catalogue/public-event.ts";
import { problemAt } from "./field-problems.ts";

/** All that stands for events: types and their aliases, of which `*` is one. */
const names: readonly string[] = [...publicEventTypes, ...Object.keys(aliases)];
const known: ReadonlySet<string> = new Set(names);

/** What of these is no event's name, and which one was probably meant. */
export function eventProblems(events: readonly string[]): FieldError[] {
  return events.flatMap((name, at) => (known.has(name) ? [] : [problemAt(`events[${at}]`, unknown(name))]));
}

function unknown(name: string): string {
  const meant = nearest(name, names);
  return `There is no event ${JSON.stringify(name)}.${meant === undefined ? " GET /api/v1/event-types lists what there is." : ` Did you mean ${meant}?`}`;
}
