import { dayMs, toBase64Url, type VisitorContext } from "../../platform/index.ts";

/** How long a refresh token may lie unused. */
export const refreshTokenMs = 30 * dayMs;

/**
 * The token that follows another, as long as `newToken` makes the first: always the same one for the same key, so that it can be handed out again without having been stored.
 * Who has the database knows neither token nor key. Undefined when the ring has no such key (any more).
 */
export async function successorOf(token: string, kid: string, keyring: VisitorContext["keyring"]): Promise<string | undefined> {
  const bytes = await keyring.bytes(kid, "refresh-token");
  if (bytes === undefined) return undefined;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(token))));
}
