import type { PageFacts } from "../facts/page-facts.ts";
import type { LostTask } from "./frontier.ts";
import { pageReport } from "./page-report.ts";
import type { TaskReport } from "./task-report.ts";

const message = "It could not be analysed: our process that reads it stopped every time. That says nothing about the page.";

/** What the crawl tells itself of an address whose consumers vanished too often. */
export function lostReport({ id, kind, url, attempt, source }: LostTask): TaskReport {
  if (kind === "robots") {
    const facts = { origin: new URL(url).origin, url, outcome: "not-analysed", status: null, bytes: 0, body: "", problems: [] } as const;
    return { kind, id, attempt, facts, retry: null };
  }
  if (kind === "sitemap") {
    const facts = { url, source: source ?? "index", outcome: "not-analysed", status: null, entries: 0, problem: null } as const;
    return { kind, id, attempt, facts, sitemaps: [], retry: null };
  }
  const facts: PageFacts = {
    url,
    isStart: false,
    fetch: {
      outcome: "failed",
      status: null,
      hops: [],
      finalUrl: url,
      finalStatus: null,
      error: { code: "not-analysed", message },
      requests: 1,
      ttfbMs: 0,
      totalMs: 0,
      bytes: 0,
      contentType: "",
      headers: {},
    },
    html: null,
  };
  return pageReport({ id, attempt }, facts);
}
