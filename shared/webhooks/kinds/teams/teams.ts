import { defineKind } from "../define-kind.ts";
import { failedBy, type StatusMeaning } from "../failed-by.ts";
import { messageOf } from "../message-of.ts";
import { kindSettings } from "../settings.ts";
import { makeWorkflow, refusesConnector } from "./retired-connector.ts";
import { teamsMessage } from "./teams-message.ts";

/** Of a workflow that is switched off (400) nothing is said here: somebody may switch it on again, so it gets its three tries. */
const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [401, { says: "The address does not open the workflow any more. Copy it from the workflow again.", retry: "never" }],
  [403, { says: "The address does not open the workflow any more. Copy it from the workflow again.", retry: "never" }],
  [404, { says: `The workflow is not there any more. ${makeWorkflow}`, failure: "gone", retry: "never" }],
  [410, { says: `This connector was retired. ${makeWorkflow}`, failure: "gone", retry: "never", disables: true }],
  [413, { says: "The message is too long for it.", retry: "never" }],
]);

/**
 * Workflows of Teams. Any 2xx is success: a workflow takes what it is sent with 202 and no body, and posts it afterwards. Whether it did is not told.
 */
export const teams = defineKind(kindSettings.teams, {
  async deliver(shipment, ask) {
    const { url } = shipment.target;
    const address = URL.parse(url);
    const refused = address && refusesConnector(address);
    if (refused !== null) return { is: "failed", failure: "gone", message: refused, retry: "never", disables: true };
    const answer = await ask({ url, headers: { "content-type": "application/json; charset=utf-8" }, body: teamsMessage(messageOf(shipment)) });
    if (answer.status >= 200 && answer.status < 300) return { is: "delivered" };
    return failedBy("Teams", answer, shipment.now, meanings.get(answer.status));
  },
  afterUnknownMs: 0,
  isOrdered: false,
});
