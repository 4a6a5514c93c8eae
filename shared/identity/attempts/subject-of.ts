import { hash } from "node:crypto";
import { type AttemptPolicyName, attemptPolicies } from "./attempt-policies.ts";

/** Under what the tries of somebody are counted: `who` is an IP address (null where it is not known) or an e-mail address, as the policy says. */
export function subjectOf(policy: AttemptPolicyName, who: string | null): string {
  const counted = { ip: networkOf, address: hashOf }[attemptPolicies[policy].of];
  return `${policy}:${who === null ? "unknown" : counted(who)}`;
}

/** A table of tries must not become a list of people. In lower case, as addresses are stored. */
function hashOf(address: string): string {
  return hash("sha256", address.trim().toLowerCase());
}

/** Of an IPv6 address its first 64 bits, which is what one customer gets (RFC 6177); anything else stays as it is. */
function networkOf(ip: string): string {
  if (!ip.includes(":") || !URL.canParse(`http://[${ip}]`)) return ip;
  // The URL parser writes every spelling of an address in one way: groups without leading zeros, at most one "::".
  const { hostname } = new URL(`http://[${ip}]`);
  const [before = "", after] = hostname.slice(1, -1).split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  return `${[...head, ...zeros, ...tail].slice(0, 4).join(":")}::/64`;
}
