/**
 * What one fetch of one address taught us. Facts are plain data: written once by the consumer, judged by the rules,
 * kept in the audit's object. Every list is capped (see `limits`), every string trimmed; totals say what was left out.
 */
export interface PageFacts {
  /** The normalised address that was asked for. */
  readonly url: string;
  readonly isStart: boolean;
  readonly fetch: FetchFacts;
  /** Null unless a 2xx answer with an HTML body arrived at this very address. */
  readonly html: HtmlFacts | null;
}

export interface Hop {
  readonly url: string;
  readonly status: number;
  /** Absolute address the answer pointed to; null when it pointed nowhere. */
  readonly location: string | null;
}

export interface FetchFacts {
  /**
   * `html`: a body to judge. `redirect`: this address answered 3xx with a target. `other`: an answer without an HTML body to judge
   * (an error status, an image, a PDF). `failed`: no usable answer, `error` says why.
   */
  readonly outcome: "html" | "redirect" | "other" | "failed";
  /** Status of this address itself; null when nothing answered. */
  readonly status: number | null;
  /** Every redirect followed, in order; empty for an address that answers by itself. */
  readonly hops: readonly Hop[];
  /** Where the chain ended; `url` itself without redirects. */
  readonly finalUrl: string;
  /** Status at the end of the chain; null when the chain did not end in an answer. */
  readonly finalStatus: number | null;
  readonly error: {
    readonly code: "timeout" | "unreachable" | "too-large" | "redirect-loop" | "too-many-redirects" | "refused" | "malformed" | "not-analysed";
    readonly message: string;
  } | null;
  /** Requests made, redirects included: what politeness charges for. */
  readonly requests: number;
  /** Milliseconds until the headers of the last answer. */
  readonly ttfbMs: number;
  /** The same of a second request, made because the first was slow; absent when none was made. */
  readonly confirmedTtfbMs?: number;
  readonly totalMs: number;
  /** Bytes of body read, decompressed. */
  readonly bytes: number;
  /** Media type without parameters, lower case; empty when the answer had none. */
  readonly contentType: string;
  /** Selected response headers of this address, lower-case names (see `keptHeaders`). */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HtmlFacts {
  readonly hasDoctype: boolean;
  /** `lang` of the html element, in XHTML `xml:lang` first; null when absent. */
  readonly lang: string | null;
  readonly charset: { readonly header: string | null; readonly meta: string | null; readonly bom: boolean };
  /** Text of every `<title>` outside SVG, white space folded. */
  readonly titles: readonly string[];
  readonly descriptions: readonly string[];
  /** Content of `<meta name="viewport">`; null when absent. */
  readonly viewport: string | null;
  /** Of the head and the `Link` header: elsewhere search engines ignore them. */
  readonly canonicals: readonly Canonical[];
  /** Metas anywhere on the page (search engines obey a stray `noindex`), then the header. */
  readonly robots: readonly RobotsDirectives[];
  readonly hreflangs: readonly Hreflang[];
  /** The first refresh of the page; `url` is absolute where it is an http(s) address, as written where not, null when the page reloads itself. */
  readonly metaRefresh: { readonly seconds: number; readonly url: string | null } | null;
  /** Whether a `<meta http-equiv>` of the head sets a content security policy. */
  readonly hasPolicyMeta: boolean;
  readonly headings: readonly { readonly level: 1 | 2 | 3 | 4 | 5 | 6; readonly text: string }[];
  readonly links: readonly LinkFact[];
  /** Links on the page, before the cap. */
  readonly linkTotal: number;
  readonly images: readonly ImageFact[];
  readonly imageTotal: number;
  /** Addresses of `http:` subresources (img, script, stylesheet, iframe, media…) on an `https:` page. */
  readonly mixedContent: readonly string[];
  /** Raw text of `<script type="application/ld+json">`; one of `limits.jsonLdCharacters` characters was cut. */
  readonly jsonLd: readonly string[];
  /** `og:*` and `twitter:*` metas, first of each. */
  readonly social: Readonly<Record<string, string>>;
  readonly forms: readonly { readonly action: string | null; readonly method: string; readonly hasPassword: boolean }[];
  readonly scripts: readonly { readonly src: string | null; readonly isBlocking: boolean }[];
  readonly wordCount: number;
  /** Characters of visible text. */
  readonly textLength: number;
  /** 64-bit SimHash of the visible text's word trigrams, 16 hex digits; null under 20 words. */
  readonly fingerprint: string | null;
}

export interface Canonical {
  readonly href: string;
  /** Absolute and normalised; null when `href` is not an address. */
  readonly url: string | null;
  readonly source: "html" | "header";
  readonly isRelative: boolean;
}

export interface RobotsDirectives {
  readonly source: "meta" | "header";
  /** `robots` for everyone, else the product token, lower case. */
  readonly agent: string;
  /** Lower case, such as `noindex`, `max-snippet:0`. */
  readonly directives: readonly string[];
}

export interface Hreflang {
  readonly code: string;
  readonly href: string;
  readonly url: string | null;
  readonly source: "html" | "header";
  readonly isRelative: boolean;
}

export interface LinkFact {
  /** As written; null when the element has no href. */
  readonly href: string | null;
  /** Absolute, normalised, without fragment; null when it is not an http(s) address. */
  readonly url: string | null;
  /** Text, or the alternative text of its images, or its aria-label; white space folded. */
  readonly text: string;
  /** Lower-case tokens. */
  readonly rel: readonly string[];
  readonly isInternal: boolean;
  /** Whether the element carries a script handler, a role or a name/id that makes it something else than a broken link. */
  readonly hasHandler: boolean;
  /** Of a link without an address, or with a script for one: whether code in its attributes leads to another page (see `leadsElsewhere`). */
  readonly navigates: boolean;
}

export interface ImageFact {
  readonly src: string;
  /** Undefined when the attribute is absent: an empty one says "decoration". */
  readonly alt?: string;
  readonly hasDimensions: boolean;
  /** aria-hidden, role=presentation, role=none, or a pixel that counts visits: alternative text is not asked for. */
  readonly isHidden: boolean;
}

/** Response headers that rules read; no other header is kept. */
export const keptHeaders = [
  "content-type",
  "content-encoding",
  "content-language",
  "content-security-policy",
  "link",
  "location",
  "retry-after",
  "strict-transport-security",
  "x-content-type-options",
  "x-robots-tag",
  "cache-control",
  "x-frame-options",
] as const;

/** Above this a server's first byte is slow (web.dev/articles/ttfb). */
export const slowTtfbMs = 800;

/** Caps of the lists of `HtmlFacts`. Without links and images they hold 250,000 characters together, so that the facts fit a row of 2 MB. */
export const limits = {
  /** Titles, descriptions, canonicals, robots entries, social metas: each. */
  metas: 50,
  links: 3_000,
  images: 1_000,
  headings: 500,
  hreflangs: 500,
  jsonLd: 20,
  jsonLdCharacters: 50_000,
  scripts: 200,
  forms: 50,
  mixedContent: 100,
  textCharacters: 500,
  urlCharacters: 2_048,
} as const;
