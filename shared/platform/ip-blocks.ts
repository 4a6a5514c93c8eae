/** An IP address as a number. */
export interface IpAddress {
  /** 32 of IPv4, 128 of IPv6. */
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** The addresses that begin with the same `prefix` bits (CIDR: RFC 4632, and RFC 4291, section 2.3). */
export interface IpBlock extends IpAddress {
  readonly prefix: number;
}

/** An address as a person or a proxy writes it; null when it is none. An IPv4 address in IPv6 dress (`::ffff:192.0.2.1`) is the IPv4 address. */
export function parseIpAddress(text: string): IpAddress | null {
  const address = readAddress(text);
  return address === null ? null : ipv4Of({ ...address, prefix: address.bits });
}

/**
 * A block as a person writes it, or the block of a single address; null when it is neither. Bits after the prefix are cleared, and IPv4 in
 * IPv6 dress is the IPv4, so that two spellings of the same addresses are the same block.
 */
export function parseIpBlock(text: string): IpBlock | null {
  const [, written = "", length] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const address = readAddress(written);
  if (address === null) return null;
  const prefix = length === undefined ? address.bits : Number(length);
  return prefix > address.bits ? null : ipv4Of(cleared({ ...address, prefix }));
}

/** The one spelling of a block: `192.0.2.0/24`, `2001:db8::/32`; a single address has its prefix too (RFC 5952 for the rest). */
export function writeIpBlock({ bits, value, prefix }: IpBlock): string {
  const groups = (count: number, width: bigint, radix: number): string[] =>
    Array.from({ length: count }, (_, i) => ((value >> (width * BigInt(count - 1 - i))) & ((1n << width) - 1n)).toString(radix));
  return `${bits === 32 ? groups(4, 8n, 10).join(".") : shortened(groups(8, 16n, 16).join(":"))}/${prefix}`;
}

/** Whether an address lies in a block. No IPv6 block holds an IPv4 address, not even `::/0`. */
export function blockContains(block: IpBlock, address: IpAddress): boolean {
  const shift = BigInt(block.bits - block.prefix);
  return block.bits === address.bits && block.value >> shift === address.value >> shift;
}

/** An address in the spelling of `URL.hostname`, IPv6 in brackets; null for a name. Nothing is taken for IPv4 that is not written as such. */
export function addressOfHost(hostname: string): IpAddress | null {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(hostname)) return { bits: 32, value: joined(hostname.split("."), 8n, 10) };
  if (!hostname.startsWith("[")) return null;
  const [head = "", tail] = hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array<string>(8 - before.length - after.length).fill("0");
  return { bits: 128, value: joined([...before, ...zeros, ...after], 16n, 16) };
}

function joined(groups: readonly string[], bitsEach: bigint, radix: number): bigint {
  return groups.reduce((value, group) => (value << bitsEach) | BigInt(Number.parseInt(group, radix)), 0n);
}

/** Four decimal numbers and nothing that some programs read as octal, such as `010.0.0.1`. */
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** As it is written; the URL parser knows the spellings of IPv6 (RFC 4291, section 2.2). */
function readAddress(text: string): IpAddress | null {
  if (ipv4.test(text)) return addressOfHost(text);
  const url = /^[\da-f:.]+$/i.test(text) && text.includes(":") ? URL.parse(`http://[${text}]/`) : null;
  return url === null ? null : addressOfHost(url.hostname);
}

function cleared({ bits, value, prefix }: IpBlock): IpBlock {
  const shift = BigInt(bits - prefix);
  return { bits, value: (value >> shift) << shift, prefix };
}

/** `::ffff:0:0/96` holds the IPv4 addresses (RFC 4291, section 2.5.5.2); a block that holds more than these stays as it is. */
function ipv4Of(block: IpBlock): IpBlock {
  const { bits, value, prefix } = block;
  if (bits === 32 || prefix < 96 || value >> 32n !== 0xffffn) return block;
  return { bits: 32, value: value & 0xffff_ffffn, prefix: prefix - 96 };
}

function shortened(groups: string): string {
  return new URL(`http://[${groups}]/`).hostname.slice(1, -1);
}
