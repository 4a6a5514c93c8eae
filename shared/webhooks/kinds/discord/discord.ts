import { z } from "zod";
import { secondMs } from "../../../platform/index.ts";
import { defineKind } from "../define-kind.ts";
import { failedBy, type StatusMeaning } from "../failed-by.ts";
import type { Answer } from "../kind.ts";
import { messageOf } from "../message-of.ts";
import { readJson } from "../read-json.ts";
import { kindSettings } from "../settings.ts";
import { discordMessage } from "./discord-message.ts";

/** What Discord says beside a status; `retry_after` in seconds, with fractions. */
const Said = z.object({ code: z.number().optional(), message: z.string().optional(), retry_after: z.number().min(0).optional() });
type Said = z.infer<typeof Said>;

const renew = "Make a new webhook in the settings of the channel and give its address.";

/** Discord's codes for a webhook that does not exist and for a wrong token (discord.com/developers/docs, Opcodes and Status Codes, JSON; read 2026-11). */
const unknownWebhook = 10_015;
const invalidToken = 50_027;
const gone: StatusMeaning = { says: `The webhook was deleted. ${renew}`, failure: "gone", retry: "never", disables: true };

/** By status. Of a 404 that is not about the webhook itself, as of a thread that ended, nothing is known for good. */
const meanings: ReadonlyMap<number, StatusMeaning> = new Map<number, StatusMeaning>([
  [400, { says: "It does not take this message.", retry: "never" }],
  [401, { says: `The address is not right any more. ${renew}`, retry: "never" }],
  [403, { says: `The webhook may not post there. ${renew}`, retry: "never" }],
  [410, gone],
]);

/** Webhooks of Discord. */
export const discord = defineKind(kindSettings.discord, {
  async deliver(shipment, ask) {
    const answer = await ask({
      url: waiting(shipment.target.url),
      headers: { "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify(discordMessage(messageOf(shipment), shipment.event.timestamp)),
    });
    if (answer.status === 200 || answer.status === 204) return { is: "delivered" };
    const said = readJson(Said, answer.body) ?? {};
    const failed = failedBy("Discord", answer, shipment.now, meaningOf(answer, said));
    const askedMs = answer.status === 429 ? Math.ceil((said.retry_after ?? 0) * secondMs) : 0;
    return askedMs > (failed.retryAfterMs ?? 0) ? { ...failed, retryAfterMs: askedMs } : failed;
  },
  afterUnknownMs: 0,
  isOrdered: false,
});

/** Without `wait` Discord takes a message that it then drops, and says nothing of it. What else the address says, such as a thread, stays. */
function waiting(address: string): string {
  const url = new URL(address);
  url.searchParams.set("wait", "true");
  return url.href;
}

function meaningOf({ status }: Answer, { code }: Said): StatusMeaning | undefined {
  if (status === 404 && code === unknownWebhook) return gone;
  if (code === invalidToken) return meanings.get(401);
  return meanings.get(status);
}
