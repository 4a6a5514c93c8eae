import { minuteMs } from "../../../platform/index.ts";
import { defineKind } from "../define-kind.ts";
import { kindSettings } from "../settings.ts";
import { followSubject } from "../trackers/follow-subject.ts";
import { jiraTracker } from "./jira-tracker.ts";

/** Tickets in Jira Cloud. It cannot tell a repeated request, so each ticket bears the delivery's id as a label, by which it is looked up. */
export const jira = defineKind(kindSettings.jira, {
  deliver: (shipment, ask, settings) => followSubject(shipment, jiraTracker(shipment, ask, settings), settings.options.whenFixed),
  /** The search lags behind what was made. */
  afterUnknownMs: 5 * minuteMs,
  isOrdered: true,
});
