import { z } from "zod";
import { minuteMs } from "../../../platform/index.ts";
import { followSubject } from "../../tickets/follow-subject.ts";
import { unreadableSettings } from "../../tickets/tracker.ts";
import type { Kind } from "../kind.ts";
import { TrelloOptions } from "../settings.ts";
import { trelloClient } from "./trello-client.ts";
import { trelloTracker } from "./trello-tracker.ts";

const Credentials = z.object({ key: z.string(), token: z.string() });

/** Cards in Trello. It cannot tell a repeated request, so each card bears the delivery's id in its description, by which it is looked up. */
export const trello: Kind = {
  async deliver(shipment, ask) {
    const credentials = Credentials.safeParse(shipment.target.credentials);
    const options = TrelloOptions.safeParse(shipment.options);
    if (!credentials.success || !options.success) return unreadableSettings;
    const { listId, whenFixed } = options.data;
    return followSubject(shipment, trelloTracker(shipment, trelloClient(shipment, ask, credentials.data), listId), whenFixed);
  },
  /** A request that was given up may still be worked on, and how far behind it is what is looked in is not documented. */
  afterUnknownMs: 5 * minuteMs,
  isOrdered: true,
};
