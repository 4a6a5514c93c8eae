import { secondMs } from "../../shared/platform/index.ts";
import type { Delivery, DeliveryDetails } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import { listing, table, timeText } from "../table.ts";

/** So that a line of a table stays one. */
const mostOfCell = 60;
/** In characters, of an answer: the whole of it is in the JSON. */
const mostOfAnswer = 120;

/** Deliveries as a table. */
export function deliveryTable(deliveries: readonly Delivery[]): string {
  return table(
    ["id", "time", "event", "about", "state", "attempts", "why"],
    deliveries.map((one) => [
      one.id,
      timeText(one.createdAt),
      one.type,
      clip(one.subject, mostOfCell),
      stateText(one),
      String(one.attempts),
      one.failure ?? "",
    ]),
  );
}

const stateText = ({ state, nextAttemptAt }: Pick<Delivery, "state" | "nextAttemptAt">): string =>
  state === "pending" && nextAttemptAt !== null ? `pending until ${timeText(nextAttemptAt)}` : state;

/** All that is known of a delivery, with its attempts. */
export function deliveryDetails(one: DeliveryDetails): string {
  const facts = listing([
    ["Id", one.id],
    ["Endpoint", one.webhookId],
    ["Event", `${one.type} (${one.eventId})`],
    ["About", one.subject],
    ["State", stateText(one)],
    ["Made", timeText(one.createdAt)],
    ["Ended", one.finishedAt === null ? "not yet" : timeText(one.finishedAt)],
  ]);
  return one.attemptLog.length === 0 ? facts : `${facts}\n${attemptTable(one.attemptLog)}`;
}

function attemptTable(attempts: DeliveryDetails["attemptLog"]): string {
  return table(
    ["attempt", "time", "took", "outcome", "status", "why", "answer"],
    attempts.map(({ attempt, startedAt, ms, outcome, status, message, responseBody }) => [
      String(attempt),
      timeText(startedAt),
      `${(ms / secondMs).toFixed(1)} s`,
      outcome,
      status === null ? "" : String(status),
      message ?? "",
      clip(responseBody, mostOfAnswer),
    ]),
  );
}

/** What a delivery is, in a few words. */
export const deliveryText = ({ type, subject, id }: Delivery): string => `${type} of ${clip(subject, mostOfCell)} (${id})`;

/** So many deliveries, in words. */
export const many = (count: number): string => (count === 1 ? "1 delivery" : `${count.toLocaleString("en")} deliveries`);
