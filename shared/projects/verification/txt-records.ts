import { z } from "zod";
import { discard, EgressError, type EgressPolicy, egressFetch } from "../../platform/index.ts";
import type { ProofDeps } from "./proof.ts";

/** Public resolvers that answer over HTTPS as JSON (developers.cloudflare.com/1.1.1.1, developers.google.com/speed/public-dns), in the order in which they are asked. */
const resolvers = ["https://cloudflare-dns.com/dns-query", "https://dns.google/resolve"] as const;
/** Nothing but the public internet. */
export const publicOnly: EgressPolicy = { allow: [], allowLoopback: false };
const maxBytes = 64 * 1_024;

/** Types and codes of DNS (RFC 1035, sections 3.2.2 and 4.1.1). */
const txt = 16;
const noError = 0;
const noSuchName = 3;

const DnsAnswer = z.object({ Status: z.int(), Answer: z.array(z.object({ type: z.int(), data: z.string() })).default([]) });

/** The TXT records of a name, as text; none when there is no such name, null when no resolver could say. */
export async function txtRecords(name: string, deps: Omit<ProofDeps, "policy">): Promise<string[] | null> {
  for (const resolver of resolvers) {
    const records = await askResolver(`${resolver}?name=${encodeURIComponent(name)}&type=TXT`, deps);
    if (records !== null) return records;
  }
  return null;
}

async function askResolver(address: string, { now, timeoutMs }: Omit<ProofDeps, "policy">): Promise<string[] | null> {
  const headers = (): HeadersInit => ({ Accept: "application/dns-json" });
  try {
    const response = await egressFetch(address, { timeoutMs, maxBytes, maxRedirects: 0, headers }, { policy: publicOnly, now });
    if (response.status !== 200 || response.body === null) {
      discard(response);
      return null;
    }
    return recordsIn(await new Response(response.body.stream()).text());
  } catch (error) {
    if (error instanceof EgressError) return null;
    throw error;
  }
}

/** Null for what says nothing about the name, such as a failure of its servers. */
function recordsIn(text: string): string[] | null {
  const { data: answer } = DnsAnswer.safeParse(parsed(text));
  if (answer === undefined || (answer.Status !== noError && answer.Status !== noSuchName)) return null;
  return answer.Answer.filter(({ type }) => type === txt).map(({ data }) => textOfRecord(data));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/**
 * The text of a TXT record, which may come as several strings of up to 255 bytes each, in quotes with escapes as in zone files
 * (RFC 1035, section 5.1), or as it is.
 */
export function textOfRecord(data: string): string {
  if (!data.startsWith('"')) return data;
  const strings = data.match(/"(?:[^"\\]|\\.)*"/gs) ?? [];
  return strings.map((quoted) => quoted.slice(1, -1).replace(/\\(\d{3}|.)/gs, (_, escaped: string) => unescaped(escaped))).join("");
}

const unescaped = (escaped: string): string => (escaped.length === 3 ? String.fromCharCode(Number(escaped)) : escaped);
