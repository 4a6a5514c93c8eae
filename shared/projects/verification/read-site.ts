import { discard, EgressError, type EgressResponse, egressFetch, hostOf } from "../../platform/index.ts";
import type { ProofDeps } from "./proof.ts";

/** What a site says at an address of its own, or a sentence about why that cannot be read. */
export type Reading = { readonly text: string; readonly mediaType: string } | { readonly problem: string };

interface Reach {
  /** How much is read. */
  readonly maxBytes: number;
  /** Whether what is longer is a problem, or read as far as that. */
  readonly longer: "is-a-problem" | "is-cut";
}

const userAgent = "Mozilla/5.0 (compatible; MenthaVerifier/1.0)";
const maxRedirects = 3;
/** What may arrive of an answer that is read in part: the connection is given up long before. */
const maxCutBytes = 8 * 1_024 * 1_024;

/**
 * Asks a site for an address. Redirects are followed only where they cannot lead to somebody else: a site with an open redirect would
 * otherwise say what any stranger wants.
 */
export async function readSite(address: string, reach: Reach, deps: ProofDeps): Promise<Reading> {
  try {
    return await follow(new URL(address), reach, deps);
  } catch (error) {
    // An `AppError` of another kind is our own fault, not the site's.
    if (error instanceof EgressError) return { problem: error.message };
    throw error;
  }
}

async function follow(start: URL, reach: Reach, { policy, now, timeoutMs }: ProofDeps): Promise<Reading> {
  const maxBytes = reach.longer === "is-cut" ? maxCutBytes : reach.maxBytes;
  const headers = (): HeadersInit => ({ "User-Agent": userAgent });
  let url = start;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const response = await egressFetch(url, { timeoutMs, maxBytes, maxRedirects: 0, headers }, { policy, now });
    const [hop] = response.hops;
    if (hop === undefined) return read(url, response, reach);
    discard(response);
    const target = hop.location === null ? null : URL.parse(hop.location);
    if (target === null) return { problem: `${nameOf(url)} redirects to what is no address.` };
    if (!isSameSite(url, target)) return { problem: `${nameOf(url)} redirects to ${nameOf(target)}, and another site proves nothing about this one.` };
    url = target;
  }
  return { problem: `${nameOf(start)} redirects more than ${maxRedirects} times.` };
}

/** An address as sentences name it: redirects may lead to very long ones. */
const nameOf = ({ href }: URL): string => (href.length > 300 ? `${href.slice(0, 300)}…` : href);

/** Whether a redirect stays with whoever answers at `from`: in its origin, or from a host's plain http to its https. */
export function isSameSite(from: URL, to: URL): boolean {
  if (from.origin === to.origin) return true;
  return from.protocol === "http:" && to.protocol === "https:" && hostOf(from) === hostOf(to) && from.port === "" && to.port === "";
}

async function read(url: URL, response: EgressResponse, { maxBytes }: Reach): Promise<Reading> {
  const { status, headers, body } = response;
  if (status < 200 || status >= 300) {
    discard(response);
    return { problem: `${nameOf(url)} answers with status ${status}.` };
  }
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk.slice(0, maxBytes - bytes));
    bytes += chunk.byteLength;
    if (bytes >= maxBytes) break;
  }
  const mediaType = (headers.get("Content-Type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return { text: await new Blob(chunks).text(), mediaType };
}
