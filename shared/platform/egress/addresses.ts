import { addressOfHost, blockContains, type IpBlock } from "../ip-blocks.ts";

/** Why an address may not be asked; reads on after "it is". */
export interface SpecialUse {
  readonly what: string;
  readonly source: string;
}

/**
 * Blocks that are nobody's public web site: the IANA special-purpose registries
 * (iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry, read 2026-11), multicast,
 * and one cloud's platform address that lies outside them.
 *
 * A block whose addresses carry an IPv4 address inside is refused whole: what is inside need not be read, and sites do not live there.
 */
const specialBlocks: readonly (readonly [cidr: string, what: string, source: string])[] = [
  ["0.0.0.0/8", "an address of this machine's own network", "RFC 791"],
  ["10.0.0.0/8", "a private network address", "RFC 1918"],
  ["100.64.0.0/10", "an address inside a provider's network", "RFC 6598"],
  ["127.0.0.0/8", "this machine itself", "RFC 1122"],
  ["168.63.129.16/32", "a cloud platform's own address", "Microsoft Learn, Azure IP address 168.63.129.16"],
  ["169.254.0.0/16", "a link-local address", "RFC 3927"],
  ["172.16.0.0/12", "a private network address", "RFC 1918"],
  ["192.0.0.0/24", "an address kept for protocols", "RFC 6890"],
  ["192.0.2.0/24", "an address kept for documentation", "RFC 5737"],
  ["192.31.196.0/24", "an address kept for DNS operations", "RFC 7535"],
  ["192.52.193.0/24", "a multicast relay address", "RFC 7450"],
  ["192.88.99.0/24", "a relay address between IPv4 and IPv6", "RFC 7526"],
  ["192.168.0.0/16", "a private network address", "RFC 1918"],
  ["192.175.48.0/24", "an address kept for DNS operations", "RFC 7534"],
  ["198.18.0.0/15", "an address kept for benchmarks", "RFC 2544"],
  ["198.51.100.0/24", "an address kept for documentation", "RFC 5737"],
  ["203.0.113.0/24", "an address kept for documentation", "RFC 5737"],
  ["224.0.0.0/4", "a multicast address", "RFC 5771"],
  ["255.255.255.255/32", "the broadcast address", "RFC 919"],
  ["240.0.0.0/4", "a reserved address", "RFC 1112"],
  ["::/128", "an address of no machine", "RFC 4291"],
  ["::1/128", "this machine itself", "RFC 4291"],
  ["::/96", "an IPv4 address written as IPv6", "RFC 4291"],
  ["::ffff:0:0/96", "an IPv4 address written as IPv6", "RFC 4291"],
  ["::ffff:0:0:0/96", "an IPv4 address written as IPv6", "RFC 2765"],
  ["64:ff9b::/96", "an IPv4 address written as IPv6", "RFC 6052"],
  ["64:ff9b:1::/48", "an IPv4 address written as IPv6", "RFC 8215"],
  ["100::/64", "an address that discards everything", "RFC 6666"],
  ["2001::/32", "an IPv4 address tunnelled in IPv6 (Teredo)", "RFC 4380"],
  ["2001::/23", "an address kept for protocols", "RFC 2928"],
  ["2001:db8::/32", "an address kept for documentation", "RFC 3849"],
  ["2002::/16", "an IPv4 address tunnelled in IPv6 (6to4)", "RFC 3056"],
  ["2620:4f:8000::/48", "an address kept for DNS operations", "RFC 7534"],
  ["3fff::/20", "an address kept for documentation", "RFC 9637"],
  ["fc00::/7", "a private network address", "RFC 4193"],
  ["fe80::/10", "a link-local address", "RFC 4291"],
  ["fec0::/10", "a private network address", "RFC 3879"],
  ["ff00::/8", "a multicast address", "RFC 4291"],
];

/** Public IPv6 addresses are handed out of this block alone; whatever lies outside and is not named above has no owner. */
const globalUnicast = parseBlock("2000::/3");
const unassigned: SpecialUse = { what: "an address that is not assigned to anyone", source: "RFC 4291" };

const blocks = specialBlocks.map(([cidr, what, source]) => ({ block: parseBlock(cidr), use: { what, source } }));

/** Whether a host as `URL.hostname` spells it is an IP address. The URL parser has already made every spelling canonical. */
export function isAddress(hostname: string): boolean {
  return addressOfHost(hostname) !== null;
}

/** What an IP address (as `URL.hostname` spells it) is kept for; null when it is an ordinary public one or a name. */
export function specialUse(hostname: string): SpecialUse | null {
  const address = addressOfHost(hostname);
  if (address === null) return null;
  const found = blocks.find(({ block }) => blockContains(block, address));
  if (found !== undefined) return found.use;
  return address.bits === 128 && !blockContains(globalUnicast, address) ? unassigned : null;
}

const loopbacks = [parseBlock("127.0.0.0/8"), parseBlock("::1/128")];

/** Whether an IP address (as `URL.hostname` spells it) means the machine itself: 127.0.0.0/8 or ::1, and nothing that stands for them. */
export function isLoopbackAddress(hostname: string): boolean {
  const address = addressOfHost(hostname);
  return address !== null && loopbacks.some((block) => blockContains(block, address));
}

function parseBlock(cidr: string): IpBlock {
  const [text = "", prefix = ""] = cidr.split("/");
  const address = addressOfHost(text.includes(":") ? `[${text}]` : text);
  if (address === null) throw new Error(`Not a block of addresses: ${cidr}`);
  return { ...address, prefix: Number(prefix) };
}
