import { AddressResolver, type Normalise } from "./html/address-resolver.ts";
import { HtmlScanner } from "./html/html-scanner.ts";
import { PageHandler } from "./html/page-handler.ts";
import { withinBudget } from "./html/within-budget.ts";
import type { HtmlFacts } from "./page-facts.ts";

interface HtmlReaderInput {
  /** Absolute address of the document. */
  readonly url: string;
  /** Of the response: `Link`, `X-Robots-Tag` and `Content-Type` are read. */
  readonly headers: { get(name: string): string | null };
  /** Asked with normalised addresses. */
  readonly isInternal: (url: string) => boolean;
  readonly normalise: Normalise;
}

interface HtmlReader {
  write(text: string): void;
  /** The facts of all that was written; call it once, last. */
  end(): HtmlFacts;
}

/** The tokenizer gets pieces of just this size, so that facts never depend on how the network cut the page. */
const pieceCharacters = 65_536;

/** Reads an HTML document in one pass, and never throws because of what is written in it. */
export function createHtmlReader({ url, headers, isInternal, normalise }: HtmlReaderInput): HtmlReader {
  const page = new PageHandler(url);
  const isXml = /^\s*application\/xhtml\+xml\b/i.test(headers.get("content-type") ?? "");
  page.metadata.isXml = isXml;
  const scanner = new HtmlScanner(page, isXml);
  // Joined, not concatenated: the engine keeps a concatenation as a tree, and every look at one of its characters would go through it.
  let pending: string[] = [];
  let pendingCharacters = 0;
  let isStart = true;

  const scan = (piece: string): void => {
    const hasBom = isStart && piece.startsWith("\ufeff");
    if (isStart) page.metadata.hasBom = hasBom;
    isStart = false;
    // A null character means nothing in HTML, and databases cut strings at it.
    scanner.write((hasBom ? piece.slice(1) : piece).replaceAll("\0", "\ufffd"));
  };

  return {
    write(text) {
      let at = 0;
      while (text.length - at >= pieceCharacters - pendingCharacters) {
        const next = at + pieceCharacters - pendingCharacters;
        pending.push(text.slice(at, next));
        scan(pending.join(""));
        pending = [];
        pendingCharacters = 0;
        at = next;
      }
      if (at === text.length) return;
      pending.push(text.slice(at));
      pendingCharacters += text.length - at;
    },
    end() {
      scan(pending.join(""));
      scanner.end();
      page.finish();
      const inHtml = new AddressResolver(page.metadata.baseUrl(url), normalise);
      return withinBudget({
        ...page.metadata.facts(headers, inHtml, new AddressResolver(url, normalise)),
        ...page.links.facts(inHtml, isInternal),
        ...page.resources.facts(),
        jsonLd: page.jsonLd,
        ...page.meter.measure(),
      });
    },
  };
}
