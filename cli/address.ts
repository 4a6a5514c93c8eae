import { UsageError } from "./errors.ts";

const isLocal = (address: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])(?=[:/?#]|$)/i.test(address);

/** The address a person means: `example.com` is https, `localhost:3000` is http. Throws `UsageError` for what cannot be audited. */
export function addressOf(typed: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(typed)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") {
    throw new UsageError(`${typed} cannot be audited: give an address that starts with http:// or https://`);
  }
  const address = scheme === undefined ? `${isLocal(typed) ? "http" : "https"}://${typed}` : typed;
  const url = URL.parse(address);
  if (url === null || /\s/.test(typed)) throw new UsageError(`"${typed}" is not an address. Give one such as example.com or https://example.com/shop`);
  return url.href;
}
