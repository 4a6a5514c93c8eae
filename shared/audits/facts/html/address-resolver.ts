import { limits } from "../page-facts.ts";

/** Far above any address worth asking for: what is longer is not even parsed. */
const maxParsedCharacters = 4 * limits.urlCharacters;

/** Makes an address absolute and normal; null when it is not an http(s) address. */
export type Normalise = (url: string, base: string) => string | null;

/** `normalise` against one base, with a memory: the links of a page repeat. */
export class AddressResolver {
  readonly base: string;
  readonly #normalise: Normalise;
  readonly #known = new Map<string, string | null>();

  constructor(base: string, normalise: Normalise) {
    this.base = base;
    this.#normalise = normalise;
  }

  /** The absolute address without its fragment; null also when it is too long to keep. */
  resolve(href: string): string | null {
    const fragment = href.indexOf("#");
    const address = (fragment === -1 ? href : href.slice(0, fragment)).trim();
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const url = address.length > maxParsedCharacters ? null : this.#normalise(address, this.base);
    const kept = url !== null && url.length > limits.urlCharacters ? null : url;
    this.#known.set(address, kept);
    return kept;
  }
}

/** Whether an address needs a base: it has no scheme of its own. */
export function isRelativeAddress(href: string): boolean {
  return href !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(href);
}
