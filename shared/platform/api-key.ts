import type { Environment } from "./config.ts";
import { crc32 } from "./hash.ts";

/** Base 62 as digits, upper case, lower case: the order of ASCII. */
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const base = alphabet.length;

/** 43 base-62 digits hold 256 bits. */
const secretLength = 43;
/** 6 base-62 digits hold 32 bits; padded on the left with `0`. */
const checksumLength = 6;
/** 8 of the 43 digits are public; 35, or 208 bits, stay secret. */
const publicLength = 8;

const format = new RegExp(`^(mk_(?:live|test)_)([${alphabet}]{${secretLength}})([${alphabet}]{${checksumLength}})$`);

/** A key and the part of it that may be shown, stored and searched for. */
export interface ApiKey {
  readonly key: string;
  readonly prefix: string;
}

const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));

/**
 * A new API key: `mk_live_` in production and `mk_test_` elsewhere, 43 random base-62 digits, and the CRC-32 of those as 6 more.
 * The prefix that names it is `mk_live_` or `mk_test_` and the first 8 digits. `random(n)` yields n random bytes.
 */
export function newApiKey(environment: Environment, random: (length: number) => Uint8Array = randomBytes): ApiKey {
  const kind = environment === "production" ? "mk_live_" : "mk_test_";
  const secret = randomDigits(secretLength, random);
  return { key: kind + secret + checksum(secret), prefix: prefixOf(kind, secret) };
}

/** The key in a text that is exactly one, with a checksum that fits; null otherwise. Nothing is looked up: it may still be unknown. */
export function parseApiKey(text: string): ApiKey | null {
  const [key, kind = "", secret = "", check] = format.exec(text) ?? [];
  if (key === undefined || check !== checksum(secret)) return null;
  return { key, prefix: prefixOf(kind, secret) };
}

function prefixOf(kind: string, secret: string): string {
  return kind + secret.slice(0, publicLength);
}

function checksum(secret: string): string {
  let text = "";
  for (let rest = crc32(secret); rest > 0; rest = Math.floor(rest / base)) text = alphabet.charAt(rest % base) + text;
  return text.padStart(checksumLength, alphabet.charAt(0));
}

/** The largest multiple of 62 that a byte can reach; bytes from there on would make the first digits likelier, so they are not used. */
const fairBytes = 256 - (256 % base);

function randomDigits(length: number, random: (length: number) => Uint8Array): string {
  let text = "";
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < fairBytes) text += alphabet.charAt(byte % base);
    }
  }
  return text;
}
