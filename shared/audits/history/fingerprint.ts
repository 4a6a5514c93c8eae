import { sha256Hex } from "../../platform/index.ts";
import { siteOf } from "../urls/index.ts";

/** What a fingerprint is made of. */
interface Located {
  readonly ruleId: string;
  /** Null for a finding about the whole site. */
  readonly pageUrl: string | null;
}

/** Hex digits: 128 bits, so that no two findings of a site meet by chance. */
const digits = 32;

/**
 * What a finding is known by from one audit of a site to the next: its rule, and the path and query of its page. Scheme, `www.` and what was found do not
 * matter; a page of another site counts by its whole address.
 * @param startUrl where the audit began
 */
export async function fingerprintOf({ ruleId, pageUrl }: Located, startUrl: string): Promise<string> {
  const place = pageUrl === null ? "" : placeOf(pageUrl, startUrl);
  return (await sha256Hex(`${ruleId}\n${place}`)).slice(0, digits);
}

function placeOf(address: string, startUrl: string): string {
  const url = URL.parse(address);
  return url === null || siteOf(address) !== siteOf(startUrl) ? address : `${url.pathname}${url.search}`;
}

/** The origins by which the site of an address is known: with and without `www.`, over http and https. */
export function twinsOf(address: string): string[] {
  const site = siteOf(address);
  if (site === null) return [];
  const host = site.replace(/:$/, "");
  const origins = ["https://", "http://"].flatMap((scheme) => [`${scheme}${host}`, `${scheme}www.${host}`]);
  return origins.filter((origin) => siteOf(origin) === site); // `www.localhost` is another site than `localhost`
}
