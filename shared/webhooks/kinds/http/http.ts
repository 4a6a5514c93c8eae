import { defineKind } from "../define-kind.ts";
import type { Shipment } from "../kind.ts";
import { kindSettings } from "../settings.ts";
import { judgeStatus } from "./judge-status.ts";
import { sign } from "./sign.ts";

/** Any receiver that takes Standard Webhooks: a POST of the event, or of what the template made of it, signed. It tells a repeated one by its id. */
export const http = defineKind(kindSettings.http, {
  async deliver(shipment, ask) {
    const { deliveryId: id, target, now } = shipment;
    const body = bodyOf(shipment);
    const signed = await sign(target.secrets, { id, body, now });
    const answer = await ask({ url: target.url, headers: { ...lowerCased(target.headers), "content-type": "application/json", ...signed }, body });
    return judgeStatus(answer, now);
  },
  afterUnknownMs: 0,
  isOrdered: false,
});

const bodyOf = ({ templated, event }: Shipment): string => JSON.stringify(templated === undefined ? event : templated);

/** Names of headers mean the same however they are spelled; spelled alike, what we say takes the place of what somebody chose. */
const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
