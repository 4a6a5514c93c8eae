import { z } from "zod";
import { minuteMs } from "../../../platform/index.ts";
import { followSubject } from "../../tickets/follow-subject.ts";
import { unreadableSettings } from "../../tickets/tracker.ts";
import type { Kind } from "../kind.ts";
import { JiraOptions } from "../settings.ts";
import { jiraTracker } from "./jira-tracker.ts";

const Credentials = z.object({ email: z.string(), token: z.string() });

/** Tickets in Jira Cloud. It cannot tell a repeated request, so each ticket bears the delivery's id as a label, by which it is looked up. */
export const jira: Kind = {
  async deliver(shipment, ask) {
    const credentials = Credentials.safeParse(shipment.target.credentials);
    const options = JiraOptions.safeParse(shipment.options);
    if (!credentials.success || !options.success) return unreadableSettings;
    return followSubject(shipment, jiraTracker(shipment, ask, { credentials: credentials.data, options: options.data }), options.data.whenFixed);
  },
  /** The search lags behind what was made. */
  afterUnknownMs: 5 * minuteMs,
  isOrdered: true,
};
