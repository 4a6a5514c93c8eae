import { hasEnded } from "../../audits/index.ts";
import type { LiveEvent } from "../messages.ts";

interface Told<Event extends LiveEvent> {
  /** What an event tells of: an id, or nothing for what there is one of in a topic. */
  readonly thing: (event: Event) => string;
  /** Whether it tells that this has ended; without it, nothing of the kind ever says so. */
  readonly isEnd?: (event: Event) => boolean;
  /** What has ended may go on later. */
  readonly mayGoOn?: true;
}

/** By the type of an event, what it tells of. */
const table: { readonly [T in LiveEvent["type"]]: Told<Extract<LiveEvent, { type: T }>> } = {
  "audit.progress": { thing: ({ auditId }) => auditId },
  "audit.changed": { thing: ({ auditId }) => auditId, isEnd: ({ status }) => status === "deleted" || hasEnded(status) },
  // A job that failed may be tried again.
  "job.changed": { thing: ({ jobId }) => jobId, isEnd: ({ state }) => state === "succeeded" || state === "failed", mayGoOn: true },
  "member.changed": { thing: ({ userId }) => userId },
  "notification.created": { thing: ({ notification }) => notification.id },
  "notification.read": { thing: () => "" },
  presence: { thing: () => "" },
};

/** What an event tells of, and how. */
export interface ToldThing {
  /** Two events with the same slot tell of the same: the later one says all. */
  readonly slot: string;
  readonly thing: string;
  readonly isEnd: boolean;
  readonly mayGoOn: boolean;
}

export const toldThingOf = (event: LiveEvent): ToldThing => look(event);

function look<T extends LiveEvent["type"]>(event: Extract<LiveEvent, { type: T }>): ToldThing {
  const type: T = event.type;
  const { thing: thingOf, isEnd, mayGoOn = false } = table[type];
  const thing = thingOf(event);
  return { slot: `${type} ${thing}`, thing, isEnd: isEnd?.(event) ?? false, mayGoOn };
}
