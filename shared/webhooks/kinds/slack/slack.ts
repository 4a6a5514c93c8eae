import { defineKind } from "../define-kind.ts";
import { failedBy, type StatusMeaning } from "../failed-by.ts";
import { messageOf } from "../message-of.ts";
import { kindSettings } from "../settings.ts";
import { slackMessage } from "./slack-message.ts";

const renew = "Make a new incoming webhook in Slack and give its address.";

/**
 * What Slack's answers mean (docs.slack.dev, Sending messages using incoming webhooks, Handling errors; read 2026-11). What it does not take once it
 * never takes.
 */
const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [400, { says: "It does not take this message.", retry: "never" }],
  [403, { says: "An administrator of that Slack workspace restricted who may post there.", retry: "never" }],
  [404, { says: `The channel or the webhook is not there any more. ${renew}`, failure: "gone", retry: "never" }],
  [410, { says: `The channel was archived. ${renew}`, failure: "gone", retry: "never", disables: true }],
]);

/** Incoming webhooks of Slack. They cannot tell a message that comes twice, and there is nothing to look it up with. */
export const slack = defineKind(kindSettings.slack, {
  async deliver(shipment, ask) {
    const answer = await ask({
      url: shipment.target.url,
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(slackMessage(messageOf(shipment))),
    });
    if (answer.status === 200 && answer.body.trim() === "ok") return { is: "delivered" };
    return failedBy("Slack", answer, shipment.now, meanings.get(answer.status));
  },
  afterUnknownMs: 0,
  isOrdered: false,
});
