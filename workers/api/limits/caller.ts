import type { UsageOf } from "../../../shared/limits/index.ts";
import { parseIpAddress, parseIpBlock, writeIpBlock } from "../../../shared/platform/index.ts";

/** Whose requests are counted together. */
export interface LimitedCaller {
  /** Name of their limiter: `key:<id>`, `user:<id>`, `ip:<address>`. */
  readonly name: string;
  /** Limits of their own, by the name of the policy. */
  readonly limits: Readonly<Record<string, number>>;
  /** Where their usage is counted; absent for whoever acts in no workspace. */
  readonly usage?: UsageOf;
}

/** An IPv6 network gets its customers 64 bits apart at the least (RFC 6177): who has one address there has them all. */
const ipv6Prefix = 64;

/** The caller as an address, whoever they are. Those whose address is not known are counted together. */
export function addressCaller(ip: string | null): LimitedCaller {
  return { name: `ip:${addressName(ip ?? "")}`, limits: {} };
}

function addressName(ip: string): string {
  const address = parseIpAddress(ip);
  if (address === null) return "unknown";
  const block = parseIpBlock(address.bits === 32 ? ip : `${ip}/${ipv6Prefix}`);
  if (block === null) return "unknown";
  return writeIpBlock(block).replace(/\/32$/, "");
}
