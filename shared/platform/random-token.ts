import { toBase64Url } from "./base64.ts";

/** 256 bits: what is stored of a token may be a plain hash, since nobody can guess what was hashed. */
const tokenBytes = 32;
/** The same in base64url. */
const tokenPattern = /^[\w-]{43}$/;

/** A secret that nobody can guess: 256 random bits in base64url. */
export function newToken(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(tokenBytes)));
}

/** Whether a text can be such a token. */
export function isToken(text: string): boolean {
  return tokenPattern.test(text);
}
