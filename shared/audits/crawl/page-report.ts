import { internalLinks, isIndexable, isNoindex, language, singleCanonical } from "../facts/derive.ts";
import type { PageFacts } from "../facts/page-facts.ts";
import { normaliseUrl } from "../urls/index.ts";
import { judgePage } from "./judge.ts";
import type { PageReport } from "./messages.ts";

/** Statuses that may pass by themselves: the page is asked for again before they are believed. */
const passing = new Set([429, 500, 502, 503, 504, 520, 521, 522, 523, 524]);
/** Failures that may pass by themselves. */
const passingErrors = new Set(["timeout", "unreachable"]);

/** What a consumer tells the crawl of one page: the facts, what the rules say of them, and where they lead. */
export function pageReport(task: { id: number; attempt: number }, facts: PageFacts, retryAfterMs: number | null = null): PageReport {
  const { fetch, html } = facts;
  const mayPass = fetch.error === null ? passing.has(fetch.finalStatus ?? 0) : passingErrors.has(fetch.error.code);
  const slim: PageFacts = html === null ? facts : { ...facts, html: { ...html, links: [], images: [] } };
  return {
    kind: "page",
    id: task.id,
    attempt: task.attempt,
    row: {
      outcome: fetch.outcome,
      status: fetch.status,
      finalStatus: fetch.finalStatus,
      redirectTo: fetch.outcome === "redirect" ? (normaliseUrl(fetch.finalUrl) ?? fetch.finalUrl) : null,
      noindex: isNoindex(facts),
      canonical: singleCanonical(facts),
      indexable: isIndexable(facts),
      lang: language(facts),
      title: html?.titles[0] ?? null,
      description: html?.descriptions[0] ?? null,
      fingerprint: html?.fingerprint ?? null,
      facts: JSON.stringify(slim),
    },
    links: internalLinks(facts),
    judgement: judgePage(facts),
    requests: fetch.requests,
    retry: mayPass ? { afterMs: retryAfterMs } : null,
  };
}
