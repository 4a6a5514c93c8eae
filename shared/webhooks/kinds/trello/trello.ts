import { minuteMs } from "../../../platform/index.ts";
import { defineKind } from "../define-kind.ts";
import { kindSettings } from "../settings.ts";
import { followSubject } from "../trackers/follow-subject.ts";
import { trelloClient } from "./trello-client.ts";
import { trelloTracker } from "./trello-tracker.ts";

/** Cards in Trello. It cannot tell a repeated request, so each card bears the delivery's id in its description, by which it is looked up. */
export const trello = defineKind(kindSettings.trello, {
  deliver: (shipment, ask, { credentials, options: { listId, whenFixed } }) =>
    followSubject(shipment, trelloTracker(shipment, trelloClient(shipment, ask, credentials), listId), whenFixed),
  /** A request that was given up may still be worked on, and how far behind it is what is looked in is not documented. */
  afterUnknownMs: 5 * minuteMs,
  isOrdered: true,
});
