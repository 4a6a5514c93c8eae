import { UsageError } from "./errors.ts";

const isLocal = (address: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])(?=[:/?#]|$)/i.test(address);

/** What stands between the scheme and an `@` before the path is a user and a password. */
const credentials = /^(?:[a-z][a-z0-9+.-]*:[/\\]*)?[^/\\?#]*@/i;

/** Throws `UsageError` for an address with a user or a password, before any message repeats it: logs of CI are read by many. */
export function refuseCredentials(typed: string, advice = "Leave user and password out of the address; use --header 'Authorization: Basic …'"): void {
  if (credentials.test(typed)) throw new UsageError(advice);
}

/** The address a person means: `example.com` is https, `localhost:3000` is http. Throws `UsageError` for what cannot be that, or what `purpose` says. */
export function addressOf(typed: string, purpose = "audited"): string {
  refuseCredentials(typed);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw new UsageError(`${typed} cannot be ${purpose}: give an address that starts with http:// or https://`);
  }
  const address = scheme === undefined ? `${isLocal(typed) ? "http" : "https"}://${typed}` : typed;
  const url = URL.parse(address);
  if (url === null) throw new UsageError(`"${typed}" is not an address. Give one such as example.com or https://example.com/shop`);
  if (/\s/.test(typed)) throw new UsageError(`"${typed}" has spaces in it. Write spaces as %20: ${typed.trim().replace(/\s/g, "%20")}`);
  return url.href;
}

/** The address of a server as it is kept and shown, without a slash at the end. Throws `UsageError` for what is none. */
export function serverAddressOf(typed: string): string {
  refuseCredentials(typed, "Leave user and password out of the server's address.");
  const { origin, pathname } = new URL(addressOf(typed, "signed in to"));
  return `${origin}${pathname}`.replace(/\/+$/, "");
}

/** Throws `UsageError` for a server outside this computer without https: passwords and keys that are sent to it, others on the way could read. */
export function refuseUnencrypted(server: string): void {
  const { protocol, host } = new URL(server);
  if (protocol !== "http:" || isLocal(host)) return;
  throw new UsageError(
    `${server} would be sent passwords and keys without encryption, for others on the way to read. Write ${server.replace(/^http:/, "https:")} instead`,
  );
}
