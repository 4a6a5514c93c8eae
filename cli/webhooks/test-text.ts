import { secondMs } from "../../shared/platform/index.ts";
import type { WebhookTest } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import { listing } from "../table.ts";

/** In characters, of what was sent and of the answer: the whole of both is in the JSON. */
const mostOfBody = 500;
const mostOfHeader = 120;

type Line = [name: string, value: string];

/** What became of a test: what was sent, and what came back. `deliveryId` is that of the event, where it is no sample. */
export function testText(tested: WebhookTest, deliveryId: string | undefined): string {
  const { type, filter, outcome, status, ms, message, responseBody, sent } = tested;
  const isSent = sent.length > 0 || status !== null;
  const answered: readonly Line[] = [
    ["Status", status === null ? "no answer" : String(status)],
    ["Took", `${(ms / secondMs).toFixed(1)} s`],
  ];
  return listing([
    ["Event", deliveryId === undefined ? `a sample of ${type}` : `${type}, of ${deliveryId}`],
    ...(filter === null ? [] : [["Filter", filterText(filter)] satisfies Line]),
    ...(isSent ? sent.flatMap(requestLines) : [["Sent", "nothing"] satisfies Line]),
    ["Outcome", outcome],
    ...(isSent ? answered : []),
    ...(message === null ? [] : [["Why", message] satisfies Line]),
    ...(responseBody === "" ? [] : [["Answer", clip(responseBody, mostOfBody)] satisfies Line]),
  ]);
}

const filterText = (isThrough: boolean): string =>
  isThrough ? "lets this event through" : "does not let this event through: it is sent as a test alone, and would not be otherwise";

function requestLines({ method, url, headers, body }: WebhookTest["sent"][number]): Line[] {
  return [
    ["Sent", `${method} ${url}`],
    ...Object.entries(headers).map(([name, value]): Line => ["", clip(`${name}: ${value}`, mostOfHeader)]),
    ...(body === "" ? [] : [["", clip(body, mostOfBody)] satisfies Line]),
  ];
}
