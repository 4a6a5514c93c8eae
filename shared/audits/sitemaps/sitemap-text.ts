import { absoluteUrl, type Entries, maxUrlLength } from "./entries.ts";
import { Unreadable } from "./unreadable.ts";

/** Reads a plain-text sitemap as it arrives: one address a line. */
export class SitemapText {
  /** The line whose end has not arrived. */
  #line = "";
  #recognised = false;
  readonly #entries: Entries;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  write(text: string): void {
    const lines = (this.#line + text).split(/[\r\n]+/);
    // What is longer than any address is refused as it stands: its rest need not be kept.
    this.#line = lines.pop()?.slice(0, maxUrlLength + 1) ?? "";
    for (const line of lines) this.#add(line);
  }

  end(): void {
    this.#add(this.#line);
  }

  #add(line: string): void {
    const address = line.trim();
    if (address === "") return;
    // One look decides: whatever does not begin with an address is some other kind of file.
    if (!this.#recognised && absoluteUrl(address) === null) throw new Unreadable("It is not a sitemap: it is neither XML nor a list of addresses");
    this.#recognised = true;
    this.#entries.add(address, "");
  }
}
