import { BlockList, isIPv6 } from "node:net";
import { ApiProblem } from "../client/index.ts";
import { CommandError } from "./errors.ts";

/** An address that is refused here can be opened here, and this says how; only the operator of a server may do that there. Anything else stays as it is. */
export function withWayThrough(thrown: unknown, address: string): unknown {
  if (!(thrown instanceof ApiProblem && thrown.code === "egress_refused")) return thrown;
  const { protocol, hostname, port } = new URL(address);
  // A name may lead there too; the server's words then say so.
  if (answersForMachine(hostname) || thrown.detail.includes("link-local")) return thrown;
  const pair = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  return new CommandError(`${thrown.detail}\nIf it is a site of yours in development, open exactly this one: EGRESS_ALLOW=${pair} npx mentha audit …`, {
    cause: thrown,
  });
}

/** Link-local (RFC 3927, RFC 4291), where clouds keep the credentials of a machine, and two addresses of the same use outside: Azure's and that of AWS in IPv6. */
const machineAddresses = new BlockList();
machineAddresses.addSubnet("169.254.0.0", 16, "ipv4");
machineAddresses.addSubnet("fe80::", 10, "ipv6");
machineAddresses.addAddress("168.63.129.16", "ipv4");
machineAddresses.addAddress("fd00:ec2::254", "ipv6");

/** Whether a host of a URL is one where no site lives, but data that nobody should be advised to open. */
function answersForMachine(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "");
  return machineAddresses.check(host, isIPv6(host) ? "ipv6" : "ipv4");
}
