import { AppError } from "../errors.ts";
import { isAddress, isLoopbackAddress, specialUse } from "./addresses.ts";
import { isLoopbackName, refusedName } from "./names.ts";

/** Where outgoing requests may go beyond the public internet. */
export interface EgressPolicy {
  /** Exact `host:port` pairs, as `parseHostPort` writes them. */
  readonly allow: readonly string[];
  /** Admits 127.0.0.0/8, ::1, localhost and *.localhost on every port. */
  readonly allowLoopback: boolean;
}

/** The ports of web sites; a crawler must not be made to talk to mail or database servers. */
const webPorts: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);

/**
 * The address as a `URL`, if a request may be sent there; throws `egress_refused` with the host and the reason.
 *
 * A name is judged by how it is spelled, not by what it resolves to: Workers cannot ask the DNS and then connect to that very answer.
 * In production the runtime's own `global_fetch_strictly_public` refuses what a public-looking name hides.
 */
export function checkUrl(address: string | URL, policy: EgressPolicy): URL {
  const url = URL.parse(address.toString());
  if (url === null) throw refused("This is not a complete web address. Write it like https://www.example.com/.");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(`Only http and https addresses can be requested, not ${url.protocol.slice(0, -1)}.`);
  }
  const host = hostOf(url);
  if (url.username !== "" || url.password !== "") {
    throw refused(`The address of ${host} contains a user name or password. Remove it from the address.`);
  }
  const port = portOf(url);
  if (policy.allow.includes(`${host}:${port}`) || (policy.allowLoopback && isLoopbackHost(host))) return url;

  const reason = refusalOf(host);
  if (reason !== null) throw refused(`Requests to ${host} are refused: it is ${reason}. Use an address on the public internet.`);
  if (!webPorts.has(port))
    throw refused(`Requests to ${host}:${port} are refused: only the ports ${[...webPorts].join(", ")} are open. Use an address at one of them.`);
  return url;
}

/** Whether an address means the machine itself: 127.0.0.0/8, ::1, localhost or *.localhost. */
export function isLoopbackUrl(address: string | URL): boolean {
  const url = URL.parse(address.toString());
  return url !== null && isLoopbackHost(hostOf(url));
}

/** A `host:port` pair in the one spelling that policies compare (`LOCALHOST.:80` → `localhost:80`); null when it is not such a pair. */
export function parseHostPort(text: string): string | null {
  const [, host, port] = /^(\[[^\]]+\]|[^/?#@:*\s\\]+):(\d{1,5})$/.exec(text) ?? [];
  const url = host === undefined ? null : URL.parse(`http://${host}/`);
  if (url === null || Number(port) < 1 || Number(port) > 65_535) return null;
  return `${hostOf(url)}:${Number(port)}`;
}

/** URL parsing leaves the dots that end a fully qualified name in place, yet `localhost.` is `localhost`. */
export function hostOf({ hostname }: URL): string {
  let end = hostname.length; // not `/\.+$/`, which takes quadratic time for many dots that end nothing
  while (hostname[end - 1] === ".") end -= 1;
  return hostname.slice(0, end);
}

export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

export function isLoopbackHost(host: string): boolean {
  return isLoopbackAddress(host) || isLoopbackName(host);
}

function refusalOf(host: string): string | null {
  const use = specialUse(host);
  if (use !== null) return `${use.what} (${use.source})`;
  return isAddress(host) ? null : refusedName(host);
}

function refused(message: string): AppError {
  return new AppError("egress_refused", message);
}
