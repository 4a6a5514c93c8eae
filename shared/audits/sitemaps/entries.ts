import { Unreadable } from "./unreadable.ts";

export interface SitemapPage {
  readonly url: string;
  /** As written; null when absent. Not checked. */
  readonly lastmod: string | null;
}

/** Twice what sitemaps.org allows, and what the product stores at most. */
export const maxUrlLength = 4_096;
const maxLastmodLength = 100;
const maxExampleLength = 100;

/** The addresses of one sitemap: checks and counts them, and holds those that nobody has taken yet. */
export class Entries {
  readonly #maxUrls: number;
  #waiting: SitemapPage[] = [];
  #accepted = 0;
  #refused = 0;
  #example = "";

  constructor(maxUrls: number) {
    this.#maxUrls = maxUrls;
  }

  get accepted(): number {
    return this.#accepted;
  }

  /** `address` and `modified` as found in the file. */
  add(address: string, modified: string): void {
    if (this.#accepted + this.#refused >= this.#maxUrls) {
      throw new Unreadable(`It lists too many addresses: more than ${this.#maxUrls.toLocaleString("en")}, and the rest was not read`);
    }
    const url = absoluteUrl(address.trim());
    if (url === null) {
      if (this.#example === "") this.#example = address.trim().slice(0, maxExampleLength).toWellFormed();
      this.#refused += 1;
      return;
    }
    this.#accepted += 1;
    this.#waiting.push({ url, lastmod: modified.trim().slice(0, maxLastmodLength).toWellFormed() || null });
  }

  /** Whatever was accepted since the last call. */
  take(): SitemapPage[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }

  /** Null when every address was usable. */
  problem(): string | null {
    if (this.#refused === 0) return this.#accepted === 0 ? "It lists no addresses" : null;
    const example = this.#example === "" ? "" : `, such as "${this.#example}"`;
    return `Entries skipped because they hold no absolute http(s) address${example}: ${this.#refused.toLocaleString("en")}`;
  }
}

/** Sitemaps must name scheme and host; what a parser would repair from `https:x` is not accepted either. */
export function absoluteUrl(text: string): string | null {
  if (text.length > maxUrlLength || !/^https?:\/\//i.test(text)) return null;
  return URL.parse(text)?.href ?? null;
}
