import type { CreatedWebhook, RotatedSecret, Webhook, WebhookDetails } from "../../shared/webhooks/index.ts";
import { clip } from "../clip.ts";
import { listing, table, timeText } from "../table.ts";

/** So that a line of a table stays one. */
const mostOfUrl = 60;

/** Endpoints as a table. */
export function webhookTable(webhooks: readonly Webhook[]): string {
  const titles = ["id", "name", "kind", "state", "address", "events"];
  return table(
    titles,
    webhooks.map((one) => [one.id, one.name ?? "", one.kind, stateText(one), clip(one.url, mostOfUrl), clip(one.events.join(" "), mostOfUrl)]),
  );
}

const reasons: Readonly<Record<NonNullable<Webhook["disabledFor"]>, string>> = {
  person: "disabled by somebody",
  gone: "disabled: its receiver takes nothing more",
  failing: "disabled: nothing arrived for days",
};

const stateText = ({ disabledFor }: Pick<Webhook, "disabledFor">): string => (disabledFor === null ? "enabled" : reasons[disabledFor]);

/** All that is known of an endpoint. */
export function webhookDetails(one: Webhook & Partial<Pick<WebhookDetails, "health">>): string {
  const { throttle } = one;
  const optional: readonly (readonly [name: string, value: string | null])[] = [
    ["Filter", one.filter],
    ["Template", one.template],
    ["Headers", one.headerNames.join(" ") || null],
    ["Options", pairsText(one.options) || null],
    ["Project", one.projectId],
    ["Throttle", throttle && `${throttle.limit} in ${throttle.perSeconds} s`],
  ];
  return listing([
    ["Id", one.id],
    ["Name", one.name ?? ""],
    ["Kind", one.kind],
    ["Address", one.url],
    ["Events", one.events.join(" ")],
    ...optional.flatMap(([name, value]): [string, string][] => (value === null ? [] : [[name, value]])),
    ["Order", one.ordering],
    ["At once", String(one.concurrency)],
    ["State", one.disabledAt === null ? stateText(one) : `${stateText(one)}, since ${timeText(one.disabledAt)}`],
    ...healthLines(one.health),
    ["Made", timeText(one.createdAt)],
  ]);
}

const pairsText = (pairs: Readonly<Record<string, string>>): string =>
  Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");

/** Nothing where nobody asked; an edit's answer has none. */
function healthLines(health: WebhookDetails["health"] | undefined): [name: string, value: string][] {
  if (health === undefined) return [];
  if (health === null) return [["Health", "not known right now"]];
  const { breaker, opensAt, failingSince, waiting, inFlight } = health;
  return [
    ["Waiting", `${waiting}, and ${inFlight} under way`],
    ["Failing", failingSince === null ? "no" : `since ${timeText(failingSince)}: no attempt succeeded`],
    ["Breaker", breakerText(breaker, opensAt)],
  ];
}

function breakerText(breaker: NonNullable<WebhookDetails["health"]>["breaker"], opensAt: number | null): string {
  if (breaker === "closed") return "closed: attempts are made as they are due";
  if (breaker === "half-open") return "half open: one attempt tries whether it is well again";
  return `open, as most of the last attempts failed: nothing is sent${opensAt === null ? "" : ` until ${timeText(opensAt)}`}`;
}

/** What to know of an endpoint that was just made, beside its secret. */
export const newWebhookNote = ({ name, id, url, events }: CreatedWebhook): string =>
  `Made the endpoint ${name === null ? id : `"${name}" (${id})`}: ${events.join(", ")} to ${url}.\nKeep the secret, which verifies signatures: it is shown only now.`;

/** What to know of a secret that was just made, beside the secret itself. */
export const newSecretNote = ({ previousUntil }: RotatedSecret): string =>
  `${previousUntil === null ? "The old secret has ended." : `The old secret signs too until ${timeText(previousUntil)}.`}\nKeep the new one: it is shown only now.`;
