import { dayMs, sha256Hex, toBase64Url, type VisitorContext } from "../../platform/index.ts";

/** How long a refresh token may lie unused. */
export const refreshTokenMs = 30 * dayMs;

/** 256 random bits: what is stored of it may be a plain hash, since nobody can guess what was hashed. */
const tokenBytes = 32;
/** The same in base64url. */
const tokenPattern = /^[\w-]{43}$/;

/** The first token of a session. */
export function newRefreshToken(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(tokenBytes)));
}

/**
 * The token that follows another: always the same one for the same key, so that it can be handed out again without having been stored.
 * Who has the database knows neither token nor key. Undefined when the ring has no such key (any more).
 */
export async function successorOf(token: string, kid: string, keyring: VisitorContext["keyring"]): Promise<string | undefined> {
  const bytes = await keyring.bytes(kid, "refresh-token");
  if (bytes === undefined) return undefined;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(token))));
}

/** What is stored of a token; null for a text that cannot be one. */
export async function hashOfRefreshToken(text: string): Promise<string | null> {
  return tokenPattern.test(text) ? await sha256Hex(text) : null;
}
