import { type PublicEventType, publicEventTypes } from "../../shared/webhooks/index.ts";
import { UsageError } from "../errors.ts";
import type { Parsed } from "../flags.ts";
import { nearest } from "../nearest.ts";

/** The type of event that an option names. Throws `UsageError`, which says which one was probably meant. */
export function eventType(option: string, text: string): PublicEventType {
  const type = publicEventTypes.find((name) => name === text);
  if (type !== undefined) return type;
  const guess = nearest(text, publicEventTypes);
  const meant = guess === undefined ? "" : ` Did you mean ${guess}?`;
  throw new UsageError(`--${option}: there is no event "${text}".${meant} mentha webhooks events lists the types of events.`);
}

/** The type that an option was given, if it was. Throws `UsageError`. */
export function typeOf(given: Parsed<string>, option: string): PublicEventType | undefined {
  const text = given.get(option);
  return text === undefined ? undefined : eventType(option, text);
}
