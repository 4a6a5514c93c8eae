import { internalLinks, isIndexable, isNoindex, language, singleCanonical } from "../facts/derive.ts";
import { cut } from "../facts/html/folded-text.ts";
import { type FetchFacts, limits, type PageFacts } from "../facts/page-facts.ts";
import { normaliseUrl } from "../urls/index.ts";
import { judgePage } from "./judge-page.ts";
import type { PageReport } from "./task-report.ts";

/** Statuses that may pass by themselves: the page is asked for again before they are believed. */
const passing = new Set([429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);
/** Failures that may pass by themselves. */
const passingErrors = new Set(["timeout", "unreachable"]);

/** Characters that the links of a page may have together: a report must fit into one call, and the links into one SQLite parameter (2 MB). */
const maxLinkCharacters = 500_000;
/** The longest of the wire schemas: an address (`AnyUrl`) and the error of a page. */
const maxTarget = 4_096;
const maxMessage = 2_000;

/** What a consumer tells the crawl of one page: the facts, what the rules say of them, and where they lead. */
export function pageReport(task: { id: number; attempt: number }, facts: PageFacts, retryAfterMs: number | null = null): PageReport {
  const { fetch, html } = facts;
  const mayPass = fetch.error === null ? passing.has(fetch.finalStatus ?? 0) : passingErrors.has(fetch.error.code);
  const slim: PageFacts = { ...facts, fetch: brief(fetch), html: html === null ? null : { ...html, links: [], images: [] } };
  return {
    kind: "page",
    id: task.id,
    attempt: task.attempt,
    row: {
      outcome: fetch.outcome,
      status: fetch.status,
      finalStatus: fetch.finalStatus,
      redirectTo: fetch.outcome === "redirect" ? cut(normaliseUrl(fetch.finalUrl) ?? fetch.finalUrl, maxTarget) : null,
      noindex: isNoindex(facts),
      canonical: singleCanonical(facts),
      indexable: isIndexable(facts),
      lang: language(facts),
      title: html?.titles[0] ?? null,
      description: html?.descriptions[0] ?? null,
      fingerprint: html?.fingerprint ?? null,
      facts: JSON.stringify(slim),
    },
    links: upTo(maxLinkCharacters, internalLinks(facts)),
    judgement: judgePage(facts),
    requests: fetch.requests,
    retry: mayPass ? { afterMs: retryAfterMs } : null,
  };
}

/** A server may answer with a `Location` of any length, and with several. */
function brief(fetch: FetchFacts): FetchFacts {
  const address = (url: string): string => cut(url, limits.urlCharacters);
  return {
    ...fetch,
    hops: fetch.hops.map(({ url, status, location }) => ({ url: address(url), status, location: location === null ? null : address(location) })),
    finalUrl: address(fetch.finalUrl),
    error: fetch.error === null ? null : { code: fetch.error.code, message: cut(fetch.error.message, maxMessage) },
  };
}

function upTo(characters: number, texts: readonly string[]): string[] {
  let left = characters;
  return texts.filter((text) => {
    left -= text.length;
    return left >= 0;
  });
}
