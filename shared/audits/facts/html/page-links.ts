import { type HtmlFacts, type LinkFact, limits } from "../page-facts.ts";
import type { AddressResolver } from "./address-resolver.ts";
import { cut, FoldedText, fold } from "./folded-text.ts";
import { leadsElsewhere } from "./leads-elsewhere.ts";

type Attributes = ReadonlyMap<string, string>;

/** A link as written, until its address is resolved. */
interface WrittenLink {
  readonly href: string | null;
  readonly rel: readonly string[];
  readonly hasHandler: boolean;
  readonly navigates: boolean;
  /** Said when the link shows no text. */
  readonly label: string;
  text: string;
}

const noRel: readonly string[] = [];
/** Browsers ignore line breaks and tabs in the name of a scheme too, which nobody writes by chance. */
const isScript = /^javascript:/i;

/** Collects links and headings: what has text between two tags. */
export class PageLinks {
  readonly #links: WrittenLink[] = [];
  readonly #headings: { level: 1 | 2 | 3 | 4 | 5 | 6; text: string }[] = [];
  #total = 0;
  #link: { readonly written: WrittenLink; readonly text: FoldedText } | null = null;
  #heading: { readonly level: 1 | 2 | 3 | 4 | 5 | 6; readonly text: FoldedText; containers: number } | null = null;

  /** Whether text is of interest now. */
  get isListening(): boolean {
    return this.#link !== null || this.#heading !== null;
  }

  append(text: string): void {
    this.#link?.text.append(text);
    this.#heading?.text.append(text);
  }

  space(): void {
    this.#link?.text.space();
    this.#heading?.text.space();
  }

  appendAlternative(text: string): void {
    if (!this.isListening) return;
    this.space();
    this.append(text);
    this.space();
  }

  /** An `a` inside an `a` ends the first (HTML, 13.2.6.4.7). */
  openLink(attributes: Attributes): void {
    this.closeLink();
    const written = this.#add(attributes, attributes.get("aria-label") || attributes.get("title") || "");
    if (written !== null) this.#link = { written, text: new FoldedText(limits.textCharacters) };
  }

  closeLink(): void {
    if (this.#link === null) return;
    const { written, text } = this.#link;
    written.text = text.value() || fold(written.label, limits.textCharacters);
    this.#link = null;
  }

  addArea(attributes: Attributes): void {
    if (!attributes.has("href")) return;
    const label = attributes.get("alt") || attributes.get("aria-label") || attributes.get("title") || "";
    const written = this.#add(attributes, label);
    if (written !== null) written.text = fold(label, limits.textCharacters);
  }

  openHeading(level: 1 | 2 | 3 | 4 | 5 | 6): void {
    this.closeHeading();
    if (this.#headings.length < limits.headings) this.#heading = { level, text: new FoldedText(limits.textCharacters), containers: 0 };
  }

  closeHeading(): void {
    if (this.#heading === null) return;
    this.#headings.push({ level: this.#heading.level, text: this.#heading.text.value() });
    this.#heading = null;
  }

  openContainer(): void {
    if (this.#heading !== null) this.#heading.containers++;
  }

  /** The end of an element that a heading stands in ends the heading too. */
  closeContainer(): void {
    if (this.#heading !== null && --this.#heading.containers < 0) this.closeHeading();
  }

  facts(resolver: AddressResolver, isInternal: (url: string) => boolean): Pick<HtmlFacts, "links" | "linkTotal" | "headings"> {
    this.closeLink();
    this.closeHeading();
    const links = this.#links.map(({ href, text, rel, hasHandler, navigates }): LinkFact => {
      const url = href === null ? null : resolver.resolve(href);
      const written = href === null ? null : cut(href, limits.urlCharacters);
      return { href: written, url, text, rel, isInternal: url !== null && isInternal(url), hasHandler, navigates };
    });
    return { links, linkTotal: this.#total, headings: this.#headings };
  }

  #add(attributes: Attributes, label: string): WrittenLink | null {
    this.#total++;
    if (this.#links.length === limits.links) return null;
    const href = (attributes.get("href") ?? attributes.get("xlink:href"))?.trim() ?? null;
    const isTarget = !href && Boolean(attributes.get("id") || attributes.get("name"));
    const hasHandler = isTarget || attributes.has("on") || Boolean(attributes.get("role")?.trim());
    const navigates = (href === null || isScript.test(href)) && (leadsElsewhere(attributes.get("on") ?? "") || leadsElsewhere(href ?? ""));
    const written = { href, rel: relTokens(attributes), hasHandler, navigates, label, text: "" };
    this.#links.push(written);
    return written;
  }
}

/** Lower-case tokens of a `rel` attribute. */
export function relTokens(attributes: Attributes): readonly string[] {
  const rel = attributes.get("rel");
  return rel === undefined ? noRel : cut(rel, limits.textCharacters).toLowerCase().split(/\s+/).filter(Boolean);
}
