import { kindSettings } from "../kinds/settings.ts";
import type { Target, WebhookKind } from "../kinds/target.ts";

const hidden = "[secret]";
/** Shorter values are no secrets, and their like stands in ordinary text. */
const minSecret = 6;
/** Parts of an address and words of a header that are shorter are names, such as `services`. */
const minPart = 12;

/**
 * Takes out of text what nobody may see of an endpoint, since everybody who may look at attempts sees what it answered: some receivers repeat what they
 * were asked.
 */
export function secretHider(kind: WebhookKind, target: Target): (text: string) => string {
  const secrets = [...new Set(secretsOf(kind, target).flatMap(spellings))].toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
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
  const parts = [...Object.values(headers).flatMap((value) => value.split(/\s+/)), ...secretPartsOf(kind, url)];
  return [...new Set([...values.filter((value) => value.length >= minSecret), ...parts.filter((part) => part.length >= minPart)])];
}

/** What makes an address a credential, where it is one: escaped or not, as either may be repeated. */
function secretPartsOf(kind: WebhookKind, address: string): string[] {
  const url = URL.parse(address);
  if (url === null || kindSettings[kind].shown(url) === url.href) return [];
  return [...url.pathname.split("/"), ...url.search.slice(1).split(/[&=]/), ...url.searchParams.values()];
}
