import { type EgressPolicy, hostOf, isLoopbackHost, portOf } from "./check-url.ts";

/** The ports that one site answers at over http and https. */
const plainPorts: ReadonlySet<number> = new Set([80, 443]);

/**
 * What is left of a policy for work that starts at an address: what the policy admits beyond the public internet was admitted to be
 * worked on, not to be reached from elsewhere. Without this any public site could redirect us to a service of this machine.
 *
 * A loopback start keeps its own `host:port` and nothing else; an allowed pair keeps itself, and its twin at the other of the ports 80
 * and 443 where the policy allows that one too. Every other start has the public internet only.
 */
export function narrowTo({ allow, allowLoopback }: EgressPolicy, startUrl: string): EgressPolicy {
  const url = URL.parse(startUrl);
  if (url === null) return { allow: [], allowLoopback: false };
  const host = hostOf(url);
  const port = portOf(url);
  const own = `${host}:${port}`;
  const twins = plainPorts.has(port) ? [...plainPorts].map((each) => `${host}:${each}`) : [own];
  const kept = allow.filter((pair) => twins.includes(pair));
  return { allow: allowLoopback && isLoopbackHost(host) && !kept.includes(own) ? [...kept, own] : kept, allowLoopback: false };
}
