import { sha256Hex } from "../../../platform/index.ts";
import type { PublicEvent, PublicEventType } from "../../catalogue/public-event.ts";
import type { Message } from "../../messages/message.ts";
import { within } from "../../messages/plain-text.ts";
import type { Shipment } from "../kind.ts";

// What PagerDuty takes (github.com/PagerDuty/developer-docs, docs/events-API-v2; read 2026-11): 1,024 characters in a summary, 255 in the key that tells
// alerts apart, 512 KB in all, of which a message never has a tenth.
const summaryCharacters = 1_024;
const keyCharacters = 255;

/**
 * What each event does to the alert of its subject. A finding that is fixed ends the alert that its opening began; nothing else that ends well is about
 * the same subject as what went wrong, since the next audit is another one.
 */
const actions: Readonly<Record<PublicEventType, "trigger" | "resolve">> = {
  "audit.started": "trigger",
  "audit.completed": "trigger",
  "audit.failed": "trigger",
  "audit.cancelled": "trigger",
  "audit.regressed": "trigger",
  "finding.opened": "trigger",
  "finding.fixed": "resolve",
  "report.ready": "trigger",
  "job.failed": "trigger",
  "limit.reached": "trigger",
  "user.invited": "trigger",
  "member.joined": "trigger",
  "member.role-changed": "trigger",
  "webhook.failing": "trigger",
  "webhook.disabled": "trigger",
};

/** PagerDuty's fourth, `critical`, is for those who run what is down. */
const severities: Readonly<Record<Message["severity"], string>> = { info: "info", good: "info", warning: "warning", error: "error" };

/** An event as PagerDuty's Events API v2 takes it. */
export async function pagerdutyEvent(
  message: Message,
  { event, subject, publicUrl, isTest }: Pick<Shipment, "event" | "subject" | "publicUrl" | "isTest">,
  routingKey: string,
) {
  const { title, text, severity, facts, examples, link } = message;
  return {
    routing_key: routingKey,
    event_action: actions[event.type],
    dedup_key: await keyOf(event.workspaceId, isTest ? `test ${subject}` : subject),
    client: "Mentha",
    client_url: publicUrl,
    payload: {
      summary: within(title, summaryCharacters),
      source: sourceOf(event, publicUrl),
      severity: severities[severity],
      timestamp: event.timestamp,
      class: event.type,
      custom_details: {
        ...Object.fromEntries(facts.map(({ name, value }) => [name, value])),
        ...(text !== "" && { text }),
        ...(examples.length > 0 && { examples }),
      },
    },
    links: link === null ? [] : [{ href: link.url, text: link.label }],
  };
}

/** The same for everything about one subject. Of a workspace, since several may use one service of PagerDuty. */
async function keyOf(workspaceId: string, subject: string): Promise<string> {
  const key = `${workspaceId} ${subject}`;
  return key.length <= keyCharacters ? key : `${workspaceId} ${await sha256Hex(subject)}`;
}

/** The host of the site that an event is about, else the one of this installation. */
function sourceOf({ data }: PublicEvent, publicUrl: string): string {
  const site = typeof data.url === "string" ? URL.parse(data.url) : null;
  return (site ?? URL.parse(publicUrl))?.host ?? "mentha";
}
