import { messageOf } from "../../messages/message-of.ts";
import { failedBy, type StatusMeaning } from "../answer-verdict.ts";
import type { Kind, Verdict } from "../kind.ts";
import { isRetiredConnector } from "../settings.ts";
import { teamsMessage } from "./teams-message.ts";

const renew = "Make a workflow in Teams that starts when a webhook request is received, and give its address.";

/** Of a workflow that is switched off (400) nothing is said here: somebody may switch it on again, so it gets its three tries. */
const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [401, { says: "The address does not open the workflow any more. Copy it from the workflow again.", retry: "never" }],
  [403, { says: "The address does not open the workflow any more. Copy it from the workflow again.", retry: "never" }],
  [404, { says: `The workflow is not there any more. ${renew}`, failure: "gone", retry: "never" }],
  [410, { says: `This connector was retired. ${renew}`, failure: "gone", retry: "never", disables: true }],
  [413, { says: "The message is too long for it.", retry: "never" }],
]);

const retired: Verdict = {
  is: "failed",
  failure: "gone",
  message: `Microsoft retired connectors at this address. ${renew}`,
  retry: "never",
  disables: true,
};

/**
 * Workflows of Teams. Any 2xx is success: a workflow takes what it is sent with 202 and no body, and posts it afterwards. Whether it did is not told.
 */
export const teams: Kind = {
  async deliver(shipment, ask) {
    const { url } = shipment.target;
    const address = URL.parse(url);
    if (address !== null && isRetiredConnector(address)) return retired;
    const answer = await ask({ url, headers: { "content-type": "application/json; charset=utf-8" }, body: teamsMessage(messageOf(shipment)) });
    if (answer.status >= 200 && answer.status < 300) return { is: "delivered" };
    return failedBy("Teams", answer, shipment.now, meanings.get(answer.status));
  },
  afterUnknownMs: 0,
  isOrdered: false,
};
