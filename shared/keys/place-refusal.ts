import { blockContains, parseIpAddress, parseIpBlock } from "../platform/index.ts";

/** What to tell who uses a key from an address outside its ranges, if it has any, or from one that is not known; null else. */
export function placeRefusal(ranges: readonly string[], ip: string | null): string | null {
  if (ranges.length === 0) return null;
  const address = ip === null ? null : parseIpAddress(ip);
  if (address === null) return "This API key may be used from certain addresses only, and it is not known from which address this request comes.";
  const isInside = ranges.some((range) => {
    const block = parseIpBlock(range);
    return block !== null && blockContains(block, address);
  });
  if (isInside) return null;
  return `This API key may not be used from ${ip}. Add that address to the key's allowedIps, or send the request from one of them.`;
}
