import { canonicalOctets } from "./percent-encoding.ts";

/** Parameters that say where a visitor came from and change nothing in the page. Each belongs to one advertiser, mailer or analytics product. */
const trackingParameters: ReadonlySet<string> = new Set([
  "_ga",
  "_gac",
  "_gl",
  "gclid",
  "gclsrc",
  "dclid",
  "gbraid",
  "wbraid",
  "gad_source",
  "gad_campaignid",
  "srsltid",
  "fbclid",
  "igsh",
  "igshid",
  "msclkid",
  "twclid",
  "ttclid",
  "li_fat_id",
  "epik",
  "rdt_cid",
  "sccid",
  "yclid",
  "ysclid",
  "_openstat",
  "mc_cid",
  "mc_eid",
  "mkt_tok",
  "_hsenc",
  "_hsmi",
  "hsctatracking",
  "vero_id",
  "vero_conv",
  "oly_anon_id",
  "oly_enc_id",
  "_kx",
  "s_kwcid",
  "ef_id",
  "wickedid",
  "irclickid",
]);
const trackingPrefixes = ["utm_", "mtm_", "pk_campaign", "pk_kwd"];

/**
 * One spelling for each page: the key under which a crawl remembers an address.
 * Fragment, credentials, default port and tracking parameters go; the other parameters are sorted by name (equal names keep their order)
 * and keep their own encoding. Null for whatever is not an http(s) address, or is relative without a `base`. Never throws.
 */
export function normaliseUrl(href: string, base?: string): string | null {
  const url = URL.parse(href, base);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  return `${url.protocol}//${url.host}${canonicalOctets(url.pathname)}${normaliseQuery(url.search)}`;
}

// Not URLSearchParams: it would rewrite `%20` as `+` and add `=` to bare names, and some servers tell these apart.
function normaliseQuery(search: string): string {
  if (search === "") return "";
  const parameters = canonicalOctets(search.slice(1))
    .split("&")
    .filter((parameter) => parameter !== "")
    .map((parameter) => ({ parameter, name: nameOf(parameter) }))
    .filter(({ name }) => !isTracking(name.toLowerCase()))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return parameters.length === 0 ? "" : `?${parameters.map(({ parameter }) => parameter).join("&")}`;
}

function nameOf(parameter: string): string {
  const equals = parameter.indexOf("=");
  return equals === -1 ? parameter : parameter.slice(0, equals);
}

function isTracking(name: string): boolean {
  return trackingParameters.has(name) || trackingPrefixes.some((prefix) => name.startsWith(prefix));
}
