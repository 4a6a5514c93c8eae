import { hostOf } from "../platform/index.ts";

/** The one spelling of an address's origin: `https://www.example.com` for `HTTPS://www.Example.com.:443/shop`; null for what is not http(s). */
export function originOf(address: string | URL): string | null {
  const url = URL.parse(address.toString());
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  return `${url.protocol}//${hostOf(url)}${url.port === "" ? "" : `:${url.port}`}`;
}
