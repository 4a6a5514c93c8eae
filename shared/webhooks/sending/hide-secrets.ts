import { kindSettings } from "../kinds/settings.ts";
import type { Target } from "../kinds/target.ts";
import type { WebhookKind } from "../webhook-kind.ts";

/** What people see in the place of a secret. */
export const secretMark = "[secret]";
/** Shorter values are no secrets, and their like stands in ordinary text. */
const minSecret = 6;
/** Parts of an address and of a header that are shorter are names, such as `services`. */
const minPart = 12;
/** What stands between the parts of a header, as in `Token token="…", nonce="…"`. */
const betweenParts = /[\s,;="]+/;

/**
 * Takes out of text what nobody may see of an endpoint, since everybody who may look at attempts sees what it answered: some receivers repeat what they
 * were asked.
 */
export function secretHider(kind: WebhookKind, target: Target): (text: string) => string {
  const secrets = [...new Set(secretsOf(kind, target).flatMap(spellings))].toSorted((a, b) => b.length - a.length);
  return (text) => {
    const whole = secrets.reduce((rest, secret) => rest.replaceAll(secret, secretMark), text);
    const begun = secrets.map((secret) => begunAtTheEndOf(whole, secret)).reduce((most, length) => Math.max(most, length), 0);
    return begun === 0 ? whole : whole.slice(0, -begun) + secretMark;
  };
}

/** How much of a secret stands at the end of a text that was cut; 0 for next to nothing. */
function begunAtTheEndOf(text: string, secret: string): number {
  for (let length = Math.min(secret.length - 1, text.length); length >= minSecret; length--) if (text.endsWith(secret.slice(0, length))) return length;
  return 0;
}

/** As it is, and as JSON, an address and HTML write it. */
function spellings(secret: string): string[] {
  const html = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), html, html.replaceAll('"', "&quot;").replaceAll("'", "&#39;")];
}

/** As basic authentication (RFC 7617) sends two credentials together. */
function basicOf(credentials: readonly string[]): string[] {
  return credentials.flatMap((user) => credentials.map((password) => btoa(String.fromCharCode(...new TextEncoder().encode(`${user}:${password}`)))));
}

function secretsOf(kind: WebhookKind, { url, headers, credentials, secrets }: Target): string[] {
  const values = [...Object.values(credentials), ...basicOf(Object.values(credentials)), ...Object.values(headers), ...secrets.map(({ secret }) => secret)];
  const parts = [...Object.values(headers).flatMap((value) => value.split(betweenParts)), ...secretPartsOf(kind, url)];
  // What follows a scheme is the credential, however short (RFC 9110, 11.6.2).
  const afterScheme = Object.entries(headers).flatMap(([name, value]) => (/authorization$/i.test(name) ? value.replace(/^\S+\s+/, "") : []));
  return [...new Set([...[...values, ...afterScheme].filter((value) => value.length >= minSecret), ...parts.filter((part) => part.length >= minPart)])];
}

/** What makes an address a credential, where it is one: escaped or not, as either may be repeated. */
function secretPartsOf(kind: WebhookKind, address: string): string[] {
  const url = URL.parse(address);
  if (url === null || kindSettings[kind].shown(url) === url.href) return [];
  return [...url.pathname.split("/"), ...url.search.slice(1).split(/[&=]/), ...url.searchParams.values()];
}
