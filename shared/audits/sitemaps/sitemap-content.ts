import type { Entries } from "./entries.ts";
import { SitemapText } from "./sitemap-text.ts";
import { type SitemapKind, SitemapXml } from "./sitemap-xml.ts";
import { Unreadable } from "./unreadable.ts";

/** Reads the text of a sitemap in whatever form it is written, which its first character tells. */
export class SitemapContent {
  readonly #entries: Entries;
  #xml: SitemapXml | null = null;
  #text: SitemapText | null = null;

  constructor(entries: Entries) {
    this.#entries = entries;
  }

  get kind(): SitemapKind {
    if (this.#xml !== null) return this.#xml.kind;
    return this.#text !== null && this.#entries.accepted > 0 ? "text" : "unknown";
  }

  write(text: string): void {
    if (this.#xml === null && this.#text === null) this.#recognise(text.trimStart());
    (this.#xml ?? this.#text)?.write(text);
  }

  end(): void {
    const reader = this.#xml ?? this.#text;
    if (reader === null) throw new Unreadable("It is empty");
    reader.end();
  }

  /** What is wrong with a file that could be read all the same. */
  problems(): string[] {
    return this.#xml?.problems() ?? [];
  }

  #recognise(begun: string): void {
    if (begun.startsWith("<")) this.#xml = new SitemapXml(this.#entries);
    else if (begun !== "") this.#text = new SitemapText(this.#entries);
  }
}
