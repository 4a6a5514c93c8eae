import type { Canonical, FetchFacts, Hop, HtmlFacts, ImageFact, LinkFact, PageFacts } from "../../../shared/audits/facts/page-facts.ts";

const healthyUrl = "https://shop.example/tea/green";

const healthyHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'self'",
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
};

/** A page that no rule complains about, at `url`, with `overrides`. */
function htmlFacts(overrides: Partial<HtmlFacts>, url: string): HtmlFacts {
  return {
    hasDoctype: true,
    lang: "en",
    charset: { header: "utf-8", meta: null, bom: false },
    titles: ["Green tea from Japan, fresh every spring"],
    descriptions: ["Loose green tea from small gardens in Uji and Shizuoka: how it is grown, how it tastes, and how to brew a cup at home."],
    viewport: "width=device-width, initial-scale=1",
    canonicals: [canonical(url)],
    robots: [{ source: "meta", agent: "robots", directives: ["index", "follow", "max-snippet:-1"] }],
    hreflangs: [{ code: "en", href: url, url, source: "html", isRelative: false }],
    metaRefresh: null,
    hasPolicyMeta: false,
    headings: [
      { level: 1, text: "Green tea" },
      { level: 2, text: "How to brew it" },
    ],
    links: [link("https://shop.example/tea/black", "Black tea")],
    linkTotal: 1,
    images: [image("/images/leaves.jpg", "Fresh tea leaves")],
    imageTotal: 1,
    mixedContent: [],
    jsonLd: [],
    social: {},
    forms: [],
    scripts: [],
    wordCount: 400,
    textLength: 2_400,
    fingerprint: "00112233aabbccdd",
    ...overrides,
  };
}

interface Overrides {
  readonly url?: string;
  readonly isStart?: boolean;
  readonly fetch?: Partial<FetchFacts>;
  /** Laid over a healthy page; null where no HTML arrived. */
  readonly html?: Partial<HtmlFacts> | null;
}

/** What a fetch of a healthy page teaches, with `overrides`. */
export function pageFacts({ url = healthyUrl, isStart = false, fetch = {}, html = {} }: Overrides = {}): PageFacts {
  return {
    url,
    isStart,
    fetch: {
      outcome: "html",
      status: 200,
      hops: [],
      finalUrl: url,
      finalStatus: 200,
      error: null,
      requests: 1,
      ttfbMs: 120,
      totalMs: 180,
      bytes: 12_000,
      contentType: "text/html",
      headers: healthyHeaders,
      ...fetch,
    },
    html: html === null ? null : htmlFacts(html, url),
  };
}

/** An address that answered by itself with something else than a page to judge. */
export const answerFacts = (status: number, url = healthyUrl): PageFacts =>
  pageFacts({ url, fetch: { outcome: "other", status, finalStatus: status }, html: null });

/** An address that gave no usable answer. */
export const failedFacts = (code: NonNullable<FetchFacts["error"]>["code"], message = `The answer: ${code}`): PageFacts =>
  pageFacts({ fetch: { outcome: "failed", status: null, finalStatus: null, error: { code, message } }, html: null });

/** An address whose redirects lead from one of `urls` to the next; `end` is what the last one answered. */
export function redirectFacts(urls: readonly string[], end: Partial<FetchFacts> = {}): PageFacts {
  const hops = urls.slice(0, -1).map((url, index): Hop => ({ url, status: 301, location: urls[index + 1] ?? null }));
  const fetch = { outcome: "redirect", status: 301, hops, finalUrl: urls.at(-1) ?? healthyUrl, requests: urls.length, ...end } as const;
  return pageFacts({ url: urls[0] ?? healthyUrl, fetch, html: null });
}

/** An absolute canonical, written as it is meant. */
export const canonical = (url: string, source: Canonical["source"] = "html"): Canonical => ({ href: url, url, source, isRelative: false });

export const link = (href: string | null, text: string, overrides: Partial<LinkFact> = {}): LinkFact => ({
  href,
  url: href?.startsWith("http") ? href : null,
  text,
  rel: [],
  isInternal: href?.startsWith("https://shop.example/") ?? false,
  hasHandler: false,
  navigates: false,
  ...overrides,
});

export const image = (src: string, alt?: string, isHidden = false): ImageFact => ({ src, ...(alt !== undefined && { alt }), hasDimensions: true, isHidden });
