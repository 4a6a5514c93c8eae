import type { LiveEvent } from "../messages.ts";

type Slots = { readonly [T in LiveEvent["type"]]: (event: Extract<LiveEvent, { type: T }>) => string };

/** What an event tells of. */
const things: Slots = {
  "audit.progress": ({ auditId }) => auditId,
  "audit.changed": ({ auditId }) => auditId,
  "job.changed": ({ jobId }) => jobId,
  "member.changed": ({ userId }) => userId,
  "notification.created": ({ notification }) => notification.id,
  "notification.read": () => "",
  presence: () => "",
};

/** Two events with the same slot tell of the same: the later one says all. */
export function slotOf(event: LiveEvent): string {
  return `${event.type} ${thingOf(event)}`;
}

function thingOf<T extends LiveEvent["type"]>(event: Extract<LiveEvent, { type: T }>): string {
  const type: T = event.type;
  return things[type](event);
}
