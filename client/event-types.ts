import type { Language } from "../shared/platform/index.ts";
import { EventTypes } from "../shared/webhooks/index.ts";
import { type Connection, queryOf } from "./connection.ts";

export interface EventTypeCalls {
  /** Every type of event that can be sent to a webhook, and the aliases; descriptions are English unless a language is given. */
  listEventTypes(language?: Language): Promise<EventTypes>;
}

export function eventTypeCalls({ get }: Connection): EventTypeCalls {
  return { listEventTypes: (lang) => get(EventTypes, `/event-types${queryOf({ lang })}`) };
}
