import { Parser } from "htmlparser2";
import { type Entries, maxUrlLength } from "./entries.ts";
import { Unreadable } from "./unreadable.ts";

export type SitemapKind = "urlset" | "index" | "text" | "rss" | "unknown";

/** Which elements hold what, in one kind of file. */
interface Format {
  readonly kind: SitemapKind;
  readonly entry: string;
  readonly address: string;
  readonly modified: string;
}

/** No sitemap or feed comes near; it keeps a file of nothing but opening tags from filling the memory. */
const maxDepth = 32;
/** Characters that one tag or comment may have: the parser holds it until it ends. */
const maxTagLength = 1_000_000;

/**
 * Reads an XML sitemap, sitemap index, RSS or Atom feed as it arrives. The parser forgives what XML does not (search engines vary),
 * so entries are taken as far as they can be understood, and mistakes are remembered for `problems`.
 */
export class SitemapXml {
  kind: SitemapKind = "unknown";
  readonly #entries: Entries;
  readonly #parser: Parser;
  /** The open elements, and where their tags began. */
  readonly #open: { readonly name: string; readonly at: number }[] = [];
  #format: Format | null = null;
  #entry: Record<"address" | "modified", string> | null = null;
  /** Which field the text belongs to, and how many elements were open around it. */
  #field: { readonly name: "address" | "modified"; readonly depth: number } | null = null;
  #inCdata = false;
  #ended = false;
  #written = 0;
  #hasRawAmpersand = false;
  #unclosed: string | null = null;
  #missingAtEnd: string | null = null;
  #secondRoot: string | null = null;

  constructor(entries: Entries) {
    this.#entries = entries;
    this.#parser = new Parser(
      {
        onprocessinginstruction: (_name, data) => {
          if (/^!doctype\s+html/i.test(data)) throw new Unreadable(htmlProblem);
        },
        onopentag: (name, attributes) => this.#openElement(name, attributes),
        onclosetag: (name, isImplied) => this.#closeElement(name, isImplied),
        ontext: (text) => this.#addText(text),
        oncdatastart: () => {
          this.#inCdata = true;
        },
        oncdataend: () => {
          this.#inCdata = false;
        },
      },
      { xmlMode: true },
    );
  }

  write(text: string): void {
    this.#parser.write(text);
    this.#written += text.length;
    if (this.#written - this.#parser.endIndex > maxTagLength) throw new Unreadable("It is not valid XML: a tag or comment never ends");
  }

  end(): void {
    this.#ended = true;
    this.#parser.end();
    if (this.#format === null) throw new Unreadable("It is not valid XML: it holds no complete element");
  }

  /** What is not valid XML about it; each search engine decides for itself whether it still reads such a file. */
  problems(): string[] {
    if (this.#format === null) return [];
    const problems: string[] = [];
    if (this.#secondRoot !== null) problems.push(`It is not valid XML: <${this.#secondRoot}> follows after its end`);
    else if (this.#missingAtEnd !== null) problems.push(`It ends in the middle: </${this.#missingAtEnd}> is missing`);
    if (this.#unclosed !== null) problems.push(`It is not valid XML: <${this.#unclosed}> is not closed`);
    if (this.#hasRawAmpersand) problems.push("It is not valid XML: an & in an address must be written as &amp;");
    return problems;
  }

  #openElement(name: string, attributes: Readonly<Record<string, string>>): void {
    const depth = this.#open.length;
    if (depth >= maxDepth) throw new Unreadable("It is not a sitemap: its elements are nested too deeply");
    if (depth === 0) this.#openRoot(name);
    const parent = this.#open.at(-1)?.name;
    this.#open.push({ name, at: this.#parser.startIndex });
    if (this.#format === null || this.#secondRoot !== null) return;
    const { entry, address, modified } = this.#format;
    if (name === entry) this.#entry = { address: "", modified: "" };
    else if (this.#entry !== null && parent === entry && (name === address || name === modified)) {
      const field = name === address ? "address" : "modified";
      // Atom writes <link href="…">; its other links lead to comments, feeds and editors.
      const isOtherLink = attributes.rel !== undefined && attributes.rel !== "alternate";
      if (this.#entry[field] !== "" || isOtherLink) return;
      this.#entry[field] = attributes.href?.slice(0, maxUrlLength + 1) ?? "";
      this.#field = { name: field, depth: this.#open.length };
    }
  }

  #openRoot(name: string): void {
    if (this.#format !== null) {
      this.#secondRoot ??= shorten(name);
      return;
    }
    this.#format = formatOf(name);
    if (this.#format === null && /^html$/i.test(name)) throw new Unreadable(htmlProblem);
    if (this.#format === null) throw new Unreadable(`It is not a sitemap: its outermost element is <${shorten(name)}>, not <urlset> or <sitemapindex>`);
    this.kind = this.#format.kind;
  }

  #closeElement(name: string, isImplied: boolean): void {
    const opened = this.#open.pop();
    if (this.#ended) {
      this.#missingAtEnd = shorten(name); // the outermost comes last
      return;
    }
    // `<url/>` is reported as implied too, from the place where it was opened.
    if (isImplied && opened?.at !== this.#parser.startIndex) this.#unclosed ??= shorten(name);
    if (this.#field !== null && this.#open.length < this.#field.depth) this.#field = null;
    if (this.#entry !== null && name === this.#format?.entry) {
      const isOptional = this.kind === "rss"; // an item of a feed need not have a page
      if (!isOptional || this.#entry.address.trim() !== "") this.#entries.add(this.#entry.address, this.#entry.modified);
      this.#entry = null;
    }
  }

  #addText(text: string): void {
    if (this.#entry === null || this.#field === null) return;
    // The parser reports a decoded `&amp;` by itself: an ampersand in company was written as it is.
    if (this.#field.name === "address" && !this.#inCdata && text.length > 1 && text.includes("&")) this.#hasRawAmpersand = true;
    const sofar = this.#entry[this.#field.name];
    if (sofar.length <= maxUrlLength) this.#entry[this.#field.name] = sofar + text.slice(0, maxUrlLength + 1);
  }
}

const htmlProblem = "It is a web page (HTML), not a sitemap";

function formatOf(root: string): Format | null {
  const prefix = root.slice(0, root.indexOf(":") + 1);
  switch (root.slice(prefix.length)) {
    case "urlset":
      return { kind: "urlset", entry: `${prefix}url`, address: `${prefix}loc`, modified: `${prefix}lastmod` };
    case "sitemapindex":
      return { kind: "index", entry: `${prefix}sitemap`, address: `${prefix}loc`, modified: `${prefix}lastmod` };
    case "rss":
      return { kind: "rss", entry: "item", address: "link", modified: "pubDate" };
    case "RDF":
      return { kind: "rss", entry: "item", address: "link", modified: "dc:date" };
    case "feed":
      return { kind: "rss", entry: `${prefix}entry`, address: `${prefix}link`, modified: `${prefix}updated` };
    default:
      return null;
  }
}

function shorten(name: string): string {
  return name.slice(0, 50).toWellFormed();
}
