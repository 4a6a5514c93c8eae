import { secondMs } from "../../shared/platform/index.ts";
import type { Delivery, DeliveryDetails, WebhookDetails } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import { listing, secondsText } from "../table.ts";
import { aboutText } from "./about-text.ts";
import { waitText } from "./delivery-table.ts";
import { notedTable } from "./noted-table.ts";

/** So that a sentence stays on its line. */
const mostOfSubject = 60;
/** In characters: the whole of it is in the JSON. */
const mostOfPayload = 500;

/** All that is known of a delivery, with its attempts; `endpoint` is its own, where it is known. */
export function deliveryDetails(one: DeliveryDetails, endpoint: WebhookDetails | undefined): string {
  const waits = waitText(one, endpoint);
  const about = aboutText(one, one.payload);
  const facts = listing([
    ["Id", one.id],
    ["Endpoint", one.webhookId],
    ["Event", `${one.type} (${one.eventId})`],
    ["About", about === one.subject ? about : `${about} (${one.subject})`],
    ["State", one.state],
    ...(waits === undefined ? [] : [["Waits", waits] satisfies [string, string]]),
    ["Made", secondsText(one.createdAt)],
    ["Ended", one.finishedAt === null ? "not yet" : secondsText(one.finishedAt)],
    ["Payload", clip(JSON.stringify(one.payload), mostOfPayload)],
  ]);
  return one.attemptLog.length === 0 ? facts : `${facts}\n${attemptTable(one.attemptLog)}`;
}

function attemptTable(attempts: DeliveryDetails["attemptLog"]): string {
  return notedTable(
    ["attempt", "time (utc)", "took", "outcome", "status"],
    attempts.map(({ attempt, startedAt, ms, outcome, status, message, responseBody }) => ({
      cells: [String(attempt), secondsText(startedAt).replace(" UTC", ""), `${(ms / secondMs).toFixed(1)} s`, outcome, status === null ? "" : String(status)],
      notes: [...(message === null ? [] : [`why: ${message}`]), ...(responseBody === "" ? [] : [`answer: ${responseBody}`])],
    })),
  );
}

/** What a delivery is, in a few words. */
export const deliveryText = ({ type, subject, id }: Delivery): string => `${type} of ${clip(subject, mostOfSubject)} (${id})`;

/** So many deliveries, in words. */
export const many = (count: number): string => (count === 1 ? "1 delivery" : `${count.toLocaleString("en")} deliveries`);
