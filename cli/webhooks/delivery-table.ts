import type { Delivery, DeliveryDetails, WebhookDetails } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import { secondsText } from "../table.ts";
import { aboutText } from "./about-text.ts";
import { mostColumns, notedTable } from "./noted-table.ts";

const titles = ["id", "time (utc)", "event", "state", "attempts", "about"] as const;
const gap = 2;

/** A delivery with what its row says: the event and the attempts are only known of those that were looked at. */
export type Listed = Delivery & Partial<Pick<DeliveryDetails, "payload" | "attemptLog">>;

/** Deliveries as a table; `endpoint` is theirs, where it is known. */
export function deliveryTable(deliveries: readonly Listed[], endpoint: WebhookDetails | undefined): string {
  const rows = deliveries.map((one) => ({
    cells: [one.id, secondsText(one.createdAt).replace(" UTC", ""), one.type, one.state, String(one.attempts)],
    notes: [...named("waits", waitText(one, endpoint)), ...named("why", whyText(one))],
    about: aboutText(one, one.payload),
  }));
  const before = titles.slice(0, -1).map((title, column) => Math.max(title.length, ...rows.map(({ cells }) => cells[column]?.length ?? 0)) + gap);
  const left = mostColumns - before.reduce((sum, width) => sum + width, 0);
  return notedTable(
    titles,
    rows.map(({ cells, notes, about }) => ({ cells: [...cells, clip(about, left)], notes })),
  );
}

const named = (name: string, text: string | undefined): string[] => (text === undefined ? [] : [`${name}: ${text}`]);

/** Why the last attempt failed: the status where that is the reason, and what is said of it. Undefined where none failed. */
function whyText({ failure, attemptLog }: Listed): string | undefined {
  if (failure === null) return undefined;
  const { status = null, message = null } = attemptLog?.[0] ?? {};
  const reason = failure === "status" && status !== null ? `status ${status}` : failure;
  return message === null ? reason : `${reason}: ${message}`;
}

/** What a delivery waits for; undefined for one that is over. `endpoint` is that of the delivery, where it is known. */
export function waitText({ state, nextAttemptAt }: Pick<Delivery, "state" | "nextAttemptAt">, endpoint: WebhookDetails | undefined): string | undefined {
  if (state !== "pending") return undefined;
  if (endpoint !== undefined && endpoint.disabledAt !== null) return "its endpoint is disabled; it is sent once that is enabled";
  const { breaker = "closed", opensAt = null } = endpoint?.health ?? {};
  if (breaker === "open") return `the endpoint's breaker is open${opensAt === null ? "" : ` until ${secondsText(opensAt)}`}`;
  if (breaker === "half-open") return "one attempt tries whether the endpoint is well again";
  return nextAttemptAt === null ? undefined : `next attempt ${secondsText(nextAttemptAt)}`;
}
