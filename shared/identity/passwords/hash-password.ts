import { scryptSync, timingSafeEqual } from "node:crypto";
import { AppError, fromBase64, toBase64Url } from "../../platform/index.ts";
import { createHashLine } from "./hash-line.ts";

interface Cost {
  /** Base-2 logarithm of scrypt's N. */
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

/** OWASP's password storage cheat sheet, read 2026-11, names N = 2^15, r = 8, p = 3 among equals; it takes 32 MiB. */
const cost: Cost = { ln: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;

/** scrypt fills 128·r·N bytes (RFC 7914); twice that leaves room for the rest of it. */
const maxmemOf = ({ ln, r }: Cost): number => 2 * 128 * r * 2 ** ln;

/** Stands in for the password of somebody who has none or does not exist, which takes as long to find wrong. No password has this hash. */
const decoy = phcText(cost, new Uint8Array(saltBytes), new Uint8Array(hashBytes));

// Each takes 32 MiB and the isolate's only thread: workerd computes them on it even when they are asked for asynchronously.
const { run: inLine } = createHashLine();

/**
 * A password as it is stored: a PHC string (github.com/P-H-C/phc-string-format), such as `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`.
 * @throws AppError `rate_limited` when too many passwords wait to be hashed
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
  return phcText(cost, salt, await derive(password, salt, cost));
}

/**
 * Whether a password is the one that was stored; never, but after the same time, for somebody who has none.
 * @throws AppError `rate_limited` when too many passwords wait to be hashed
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const { cost: storedCost, salt, hash } = parsePhc(stored ?? decoy);
  const isSame = timingSafeEqual(await derive(password, salt, storedCost), hash);
  return isSame && stored !== null;
}

/** Whether a stored password should be stored anew because the cost of guessing was raised since. */
export function isOutdated(stored: string): boolean {
  return !stored.startsWith(prefixOf(cost));
}

/** People type the same characters in different ways, depending on their keyboards (RFC 8265 asks for NFC at least; NIST SP 800-63B allows NFKC). */
function derive(password: string, salt: Uint8Array, used: Cost): Promise<Uint8Array> {
  const { ln, r, p } = used;
  return inLine(() => scryptSync(password.normalize("NFKC"), salt, hashBytes, { N: 2 ** ln, r, p, maxmem: maxmemOf(used) }));
}

function prefixOf({ ln, r, p }: Cost): string {
  return `$scrypt$ln=${ln},r=${r},p=${p}$`;
}

function phcText(used: Cost, salt: Uint8Array, hash: Uint8Array): string {
  return `${prefixOf(used)}${toBase64(salt)}$${toBase64(hash)}`;
}

/** Base64 with its own two last digits and no padding, as PHC strings have it. */
function toBase64(bytes: Uint8Array): string {
  return toBase64Url(bytes).replaceAll("-", "+").replaceAll("_", "/");
}

const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

function parsePhc(text: string) {
  const [, ln, r, p, salt = "", hash = ""] = phc.exec(text) ?? [];
  if (hash === "") throw new AppError("internal", "A stored password is not a PHC string of scrypt.", { retryable: false });
  return { cost: { ln: Number(ln), r: Number(r), p: Number(p) }, salt: fromBase64(salt), hash: fromBase64(hash) };
}
