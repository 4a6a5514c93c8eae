import { kindSettings } from "../kinds/settings.ts";
import type { Target } from "../kinds/target.ts";
import { secretHider, secretMark } from "../sending/hide-secrets.ts";
import type { WebhookKind } from "../webhook-kind.ts";
import type { WebhookTest } from "./schemas.ts";

type Sent = WebhookTest["sent"][number];

const mostRequests = 10;
const maxBodyLength = 100_000;

/** Headers whose values are ours and no secrets; of others the name is told alone. */
const shownHeaders: ReadonlySet<string> = new Set(["accept", "content-type", "user-agent", "webhook-id", "webhook-signature", "webhook-timestamp"]);

/** A `fetch` for one attempt, and what was sent with it so far, without what nobody may see. */
export function recordSent(kind: WebhookKind, target: Target): { fetch: (request: Request) => Promise<Response>; sent: () => Sent[] } {
  const sent: Sent[] = [];
  const hide = secretHider(kind, target);
  return {
    async fetch(request) {
      const { method, url, signal } = request;
      // Read and sent anew: a copy of the stream would be sent without a length.
      const body = await request.text();
      const headers = [...request.headers].map(([name, value]) => [name, shownHeaders.has(name) ? hide(value) : secretMark] as const);
      if (sent.length < mostRequests)
        sent.push({ method, url: shownOf(kind, url, hide), headers: Object.fromEntries(headers), body: hide(body).slice(0, maxBodyLength) });
      return globalThis.fetch(new Request(url, { method, headers: request.headers, body: body === "" ? null : body, redirect: "manual", signal }));
    },
    sent: () => sent,
  };
}

const shownOf = (kind: WebhookKind, url: string, hide: (text: string) => string): string => hide(kindSettings[kind].shown(new URL(url)));
