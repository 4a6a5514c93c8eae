import { parseIpAddress, parseIpBlock, sha256Hex, writeIpBlock } from "../../platform/index.ts";
import { type AttemptPolicyName, attemptPolicies } from "./attempt-policies.ts";

/** Under what the tries of somebody are counted: `who` is what the policy says, an address as `EmailAddress` writes it; null for an IP address that is not known. */
export async function subjectOf(policy: AttemptPolicyName, who: string | null): Promise<string> {
  const counted = countedAs[attemptPolicies[policy].of];
  return `${policy}:${who === null ? "unknown" : await counted(who)}`;
}

const countedAs = {
  ip: networkOf,
  /** A table of tries must not become a list of people. */
  address: sha256Hex,
  workspace: (id: string) => id,
};

/** Of an IPv6 address its first 64 bits, which is what one customer gets (RFC 6177); anything else stays as it is. */
function networkOf(ip: string): string {
  const network = parseIpAddress(ip)?.bits === 128 ? parseIpBlock(`${ip}/64`) : null;
  return network === null ? ip : writeIpBlock(network);
}
