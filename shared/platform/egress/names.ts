const ownMachine = "a name of this machine itself";
const ownNetwork = "a name that only a private network knows";
const metadata = "a cloud platform's own service";
const anyAddress = "a name that can stand for a private address";

/**
 * Domains (each with everything under it) that do not lead to a public web site, or that anyone can point at a private one.
 *
 * `.example`, `.invalid` and `.test` are absent on purpose: no public DNS answers for them (RFC 6761), so
 * "could not be found" is both true and clearer.
 */
const refusedDomains: ReadonlyMap<string, string> = new Map([
  ["localhost", ownMachine], // RFC 6761
  ["localdomain", ownMachine],
  ["local", ownNetwork], // RFC 6762; Kubernetes' cluster.local is inside
  ["internal", ownNetwork], // reserved by ICANN, 2024-07-29; metadata.google.internal and host.docker.internal are inside
  ["home.arpa", ownNetwork], // RFC 8375
  ["in-addr.arpa", ownNetwork], // RFC 6761
  ["ip6.arpa", ownNetwork], // RFC 6761
  ["ipv4only.arpa", ownNetwork], // RFC 8880
  ["resolver.arpa", ownNetwork], // RFC 9462
  ["service.arpa", ownNetwork], // RFC 9665
  ["intranet", ownNetwork], // this and the next four: RFC 6762, appendix G
  ["private", ownNetwork],
  ["corp", ownNetwork],
  ["home", ownNetwork],
  ["lan", ownNetwork],
  ["svc", ownNetwork], // Kubernetes' short service names
  ["consul", ownNetwork],
  ["onion", "a name of the Tor network"], // RFC 7686
  ["alt", "a name outside the DNS"], // RFC 9476
  ["metadata.goog", metadata],
  ["metadata.tencentyun.com", metadata],
  ["metadata.packet.net", metadata],
  ["metadata.platformequinix.com", metadata],
  // Services that answer for any address written in the name, or always for 127.0.0.1, or with a new address each time.
  ["nip.io", anyAddress],
  ["sslip.io", anyAddress],
  ["xip.io", anyAddress],
  ["xip.name", anyAddress],
  ["backname.io", anyAddress],
  ["traefik.me", anyAddress],
  ["local-ip.co", anyAddress],
  ["local-ip.sh", anyAddress],
  ["plex.direct", anyAddress],
  ["localtest.me", anyAddress],
  ["lvh.me", anyAddress],
  ["vcap.me", anyAddress],
  ["fuf.me", anyAddress],
  ["lacolhost.com", anyAddress],
  ["localho.st", anyAddress],
  ["localhost.direct", anyAddress],
  ["local.gd", anyAddress],
  ["1u.ms", anyAddress],
  ["rbndr.us", anyAddress],
]);

/** Why a host name (lower case, no trailing dot) may not be asked, to be read on after "it is"; null when it may. */
export function refusedName(name: string): string | null {
  const labels = name.split(".");
  if (labels.includes("")) return "not a name that can exist";
  for (let i = 0; i < labels.length; i++) {
    const what = refusedDomains.get(labels.slice(i).join("."));
    if (what !== undefined) return what;
  }
  return labels.length === 1 ? ownNetwork : null;
}

/** Whether a name (lower case, no trailing dot) always means the machine itself (RFC 6761). */
export function isLoopbackName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}
