import { composeMessage, type Delivery, PublicEvent } from "../../shared/webhooks/index.ts";

/** What an event is about as people know it: the site, with the rule of a finding; else its gist; else its subject. */
export function aboutText({ subject }: Pick<Delivery, "subject">, payload: Readonly<Record<string, unknown>> = {}): string {
  const event = PublicEvent.safeParse(payload);
  if (!event.success) return plainSubject(subject);
  const { url, origin, ruleId } = event.data.data;
  const site = siteIn(url) ?? siteIn(origin);
  if (site !== undefined) return typeof ruleId === "string" ? `${site} ${ruleId}` : site;
  return composeMessage(event.data, "en", "").title;
}

const siteIn = (value: unknown): string | undefined => (typeof value === "string" && URL.canParse(value) ? new URL(value).host : undefined);

/** Of a finding its site and rule; of the rest the subject as it is, since nothing but an id is in it. */
const plainSubject = (subject: string): string => subject.replace(/^finding:https?:\/\//, "");
