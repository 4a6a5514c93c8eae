import { limits } from "../page-facts.ts";

/** Far above any address worth asking for: what is longer is not even parsed. */
const maxParsedCharacters = 4 * limits.urlCharacters;

/** Makes an address absolute and normal; null when it is not an http(s) address. */
export type Normalise = (url: string, base: string) => string | null;

/** Characters that the URL standard neither encodes nor gives a meaning in a path. */
const plainPath = /^[\w~\-./]+$/;

/** Whether parsing would change nothing of a path but put it behind its base: no dot segments, no second slash at the start. */
const isPlain = (address: string): boolean => plainPath.test(address) && !address.includes("./") && !address.endsWith(".") && !address.startsWith("//");

/** `normalise` against one base, with a memory: the links of a page repeat. */
export class AddressResolver {
  readonly base: string;
  readonly #normalise: Normalise;
  readonly #known = new Map<string, string | null>();
  /** Root and folder of the base, with a slash at the end, each null where the base is no web address; found out when they are needed first. */
  #places: { readonly root: string | null; readonly folder: string | null } | null = null;

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
    const url = address.length > maxParsedCharacters ? null : (this.#joined(address) ?? this.#normalise(address, this.base));
    const kept = url !== null && url.length > limits.urlCharacters ? null : url;
    this.#known.set(address, kept);
    return kept;
  }

  /** The address where joining it to its base is all there is to do, as for most links of most sites: parsing costs many times as much. */
  #joined(address: string): string | null {
    if (!isPlain(address)) return null;
    this.#places ??= { root: this.#normalise("/", this.base), folder: this.#normalise(".", this.base) };
    const { root, folder } = this.#places;
    if (root === null || folder === null) return null;
    return address.startsWith("/") ? root + address.slice(1) : folder + address;
  }
}

/** Whether an address needs a base: it has no scheme of its own. */
export function isRelativeAddress(href: string): boolean {
  return href !== "" && !/^[a-z][a-z0-9+.-]*:/i.test(href);
}
