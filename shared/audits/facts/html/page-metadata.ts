import { charsetOf } from "../charset.ts";
import { type Canonical, type Hreflang, type HtmlFacts, limits, type RobotsDirectives } from "../page-facts.ts";
import { type AddressResolver, isRelativeAddress } from "./address-resolver.ts";
import { cut, fold } from "./folded-text.ts";
import { parseLinkHeader } from "./link-header.ts";
import { parseMetaRefresh } from "./meta-refresh.ts";
import { isCrawlerName, parseDirectives, parseRobotsHeader } from "./robots-directives.ts";

type Attributes = ReadonlyMap<string, string>;

/** An address as written, with the language of an alternate version ("" for a canonical). */
interface Reference {
  readonly code: string;
  readonly href: string;
}

type MetadataFacts = Pick<
  HtmlFacts,
  | "hasDoctype"
  | "lang"
  | "charset"
  | "titles"
  | "descriptions"
  | "viewport"
  | "canonicals"
  | "robots"
  | "hreflangs"
  | "metaRefresh"
  | "hasPolicyMeta"
  | "social"
>;

/** Collects what a page says about itself. Addresses are resolved at the end: `<base>` may come after what it governs. */
export class PageMetadata {
  hasDoctype = false;
  hasBom = false;
  /** The document is XHTML, where `xml:lang` counts, and before `lang`. */
  isXml = false;
  #lang: string | null = null;
  #base: string | null = null;
  #charset: string | null = null;
  #viewport: string | null = null;
  #hasPolicy = false;
  #refresh: ReturnType<typeof parseMetaRefresh> = null;
  readonly #titles: string[] = [];
  readonly #descriptions: string[] = [];
  readonly #canonicals: Reference[] = [];
  readonly #alternates: Reference[] = [];
  readonly #robots: RobotsDirectives[] = [];
  readonly #social = new Map<string, string>();

  /** A second `html` tag adds the attributes that the first lacks (HTML, 13.2.6.4.7). */
  addHtml(attributes: Attributes): void {
    const lang = (this.isXml ? attributes.get("xml:lang") : undefined) ?? attributes.get("lang");
    if (lang !== undefined) this.#lang ??= cut(lang.trim(), limits.textCharacters);
  }

  addBase(attributes: Attributes): void {
    this.#base ??= attributes.get("href")?.trim() ?? null;
  }

  addTitle(text: string): void {
    if (this.#titles.length < limits.metas) this.#titles.push(text);
  }

  /** `isInHead`: only there a content security policy counts (HTML, 4.2.5.3). */
  addMeta(attributes: Attributes, isInHead: boolean): void {
    const charset = attributes.get("charset")?.trim().toLowerCase();
    if (charset) this.#charset ??= cut(charset, limits.textCharacters);
    const content = attributes.get("content") ?? "";
    const name = attributes.get("name")?.trim().toLowerCase() ?? "";
    if (name !== "") this.#addNamed(name, content);
    this.#addSocial(attributes.get("property")?.trim().toLowerCase() ?? name, content);
    const pragma = attributes.get("http-equiv")?.trim().toLowerCase();
    if (pragma === "refresh") this.#refresh ??= parseMetaRefresh(content);
    else if (pragma === "content-type") this.#charset ??= charsetOf(content);
    else if (pragma === "content-security-policy" && isInHead && content.trim() !== "") this.#hasPolicy = true;
  }

  /** A `<link>` of the head. In the body search engines ignore these two, for anyone who comments could plant one. */
  addHeadLink(attributes: Attributes, rel: readonly string[]): void {
    const href = attributes.get("href")?.trim();
    if (href === undefined) return;
    const code = attributes.get("hreflang")?.trim();
    if (rel.includes("canonical") && this.#canonicals.length < limits.metas) this.#canonicals.push({ code: "", href });
    if (code !== undefined && rel.includes("alternate") && this.#alternates.length < limits.hreflangs) this.#alternates.push({ code, href });
  }

  /** What relative addresses of the document are resolved against. */
  baseUrl(documentUrl: string): string {
    const base = this.#base === null ? null : URL.parse(this.#base, documentUrl);
    // HTML, 4.2.3: a base of these schemes is ignored.
    return base === null || base.protocol === "data:" || base.protocol === "javascript:" ? documentUrl : base.href;
  }

  /** `inHtml` resolves the document's addresses, `inHeader` those of its response headers. */
  facts(headers: { get(name: string): string | null }, inHtml: AddressResolver, inHeader: AddressResolver): MetadataFacts {
    const canonicals = this.#canonicals.map((one) => canonicalFact(one, "html", inHtml));
    const alternates = this.#alternates.map((one) => hreflangFact(one, "html", inHtml));
    for (const { target, rel, hreflang } of parseLinkHeader(headers.get("link"))) {
      const reference = { code: hreflang?.trim() ?? "", href: target };
      if (rel.includes("canonical")) canonicals.push(canonicalFact(reference, "header", inHeader));
      if (rel.includes("alternate") && hreflang !== null) alternates.push(hreflangFact(reference, "header", inHeader));
    }
    return {
      hasDoctype: this.hasDoctype,
      lang: this.#lang,
      charset: { header: charsetOf(headers.get("content-type") ?? ""), meta: this.#charset, bom: this.hasBom },
      titles: this.#titles,
      descriptions: this.#descriptions,
      viewport: this.#viewport,
      canonicals: canonicals.slice(0, limits.metas),
      robots: [...this.#robots, ...parseRobotsHeader(headers.get("x-robots-tag"))],
      hreflangs: alternates.slice(0, limits.hreflangs),
      metaRefresh: this.#refresh && { seconds: this.#refresh.seconds, url: refreshUrl(this.#refresh.target, inHtml) },
      hasPolicyMeta: this.#hasPolicy,
      social: Object.fromEntries(this.#social),
    };
  }

  #addNamed(name: string, content: string): void {
    if (name === "description") {
      if (this.#descriptions.length < limits.metas) this.#descriptions.push(fold(content, limits.textCharacters));
    } else if (name === "viewport") {
      this.#viewport ??= fold(content, limits.textCharacters);
    } else if (isCrawlerName(name) && this.#robots.length < limits.metas) {
      this.#robots.push({ source: "meta", agent: cut(name, limits.textCharacters), directives: parseDirectives(content) });
    }
  }

  #addSocial(name: string, content: string): void {
    const isSocial = name.startsWith("og:") || name.startsWith("twitter:");
    if (isSocial && name.length <= limits.textCharacters && this.#social.size < limits.metas && !this.#social.has(name)) {
      this.#social.set(name, fold(content, limits.urlCharacters));
    }
  }
}

function canonicalFact({ href }: Reference, source: "html" | "header", resolver: AddressResolver): Canonical {
  const url = href === "" ? null : resolver.resolve(href);
  return { href: cut(href, limits.urlCharacters), url, source, isRelative: url !== null && isRelativeAddress(href) };
}

function hreflangFact(reference: Reference, source: "html" | "header", resolver: AddressResolver): Hreflang {
  return { code: cut(reference.code, limits.textCharacters), ...canonicalFact(reference, source, resolver) };
}

function refreshUrl(target: string | null, resolver: AddressResolver): string | null {
  return target === null ? null : (resolver.resolve(target) ?? cut(target, limits.urlCharacters));
}
