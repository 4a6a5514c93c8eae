import { Needle } from "./needle.ts";
import type { Work } from "./work.ts";

/** The path of an Allow or Disallow line, ready to match. */
export interface PathPattern {
  /** Octets of the pattern, wildcards included: the most specific rule has the most (RFC 9309, 2.2.2). */
  readonly octets: number;
  /** What the path must hold, in this order, between any characters; the first is where it must begin. */
  readonly parts: readonly string[];
  /** The pattern ended with `$`: the last part must end the path. */
  readonly anchored: boolean;
}

/** `*` stands for any characters, a final `$` for the end. `pattern` is escaped already. */
export function compilePattern(pattern: string): PathPattern {
  const anchored = pattern.endsWith("$");
  const body = anchored ? pattern.slice(0, -1) : pattern;
  return { octets: pattern.length, parts: body.split(/\*+/), anchored };
}

/** A pattern with a wildcard, prepared for many questions. */
export class WildcardMatcher {
  readonly #first: string;
  readonly #middle: readonly Needle[];
  readonly #last: Needle;
  readonly #anchored: boolean;
  /** What a path must hold somewhere: the beginning of the longest part. Empty when any path may match. */
  readonly gram: string;

  constructor({ parts, anchored }: PathPattern) {
    const [first = "", ...rest] = parts;
    this.#first = first;
    this.#middle = rest.slice(0, -1).map((part) => new Needle(part));
    this.#last = new Needle(rest.at(-1) ?? "");
    this.#anchored = anchored;
    this.gram = rest.reduce((longest, part) => (part.length > longest.length ? part : longest), "").slice(0, gramLength);
  }

  beginsLike(path: string): boolean {
    return path.startsWith(this.#first);
  }

  /**
   * Whether a path (with query) that begins as the pattern does matches; no answer once the work is exceeded. Each part is taken where it
   * first fits: that leaves the most room to those after it, so there is nothing to go back for.
   */
  matches(path: string, work: Work): boolean {
    const last = this.#last.text;
    if (this.#anchored && !path.endsWith(last)) return false;
    let from = this.#first.length;
    for (const part of this.#middle) {
      const at = part.find(path, from, work);
      if (at === -1 || work.isExceeded) return false;
      from = at + part.text.length;
    }
    return this.#anchored ? path.length - last.length >= from : this.#last.find(path, from, work) !== -1;
  }
}

const gramLength = 3;

/** Every run of up to three characters of a path: what `WildcardMatcher.gram` is looked up in. */
export function gramsOf(path: string): ReadonlySet<string> {
  const grams = new Set([""]);
  for (let at = 0; at < path.length; at += 1) {
    for (let length = 1; length <= gramLength; length += 1) grams.add(path.slice(at, at + length));
  }
  return grams;
}

const hexPairs = /%[0-9a-f]{2}/gi;

/** Upper-cases percent-encoded octets, so that `%c3` and `%C3` compare equal. */
function upperCaseOctets(text: string): string {
  return text.includes("%") ? text.replace(hexPairs, (octet) => octet.toUpperCase()) : text;
}

/** Google's canonical pattern: octets outside ASCII escaped, hex in upper case, everything else as written. `pattern` is octets. */
export function escapePattern(pattern: string): string {
  return upperCaseOctets(pattern.replace(/[\x80-\xff]/g, (octet) => `%${octet.charCodeAt(0).toString(16)}`));
}

/**
 * Path, parameters and query of an address, read as Google's matcher reads them: scheme, host and fragment are dropped, and what has no
 * path is `/`. It takes addresses without a scheme too.
 */
export function pathOf(url: string): string {
  const start = url.startsWith("//") ? 2 : 0;
  const scheme = url.indexOf("://", start);
  const early = indexOfPath(url, start);
  // "://" after the path began belongs to the path or query.
  const authority = scheme === -1 || (early !== -1 && early < scheme) ? start : scheme + 3;
  const path = indexOfPath(url, authority);
  if (path === -1) return "/";
  const hash = url.indexOf("#", start);
  if (hash !== -1 && hash < path) return "/";
  const text = upperCaseOctets(url.slice(path, hash === -1 ? undefined : hash));
  return text.startsWith("/") ? text : `/${text}`;
}

function indexOfPath(url: string, from: number): number {
  for (let at = from; at < url.length; at += 1) {
    const character = url[at];
    if (character === "/" || character === "?" || character === ";") return at;
  }
  return -1;
}
