import { AppError, discard, minuteMs, retryAfterMs } from "../../platform/index.ts";
import { maxSitemaps } from "../crawl/discovery.ts";
import type { CrawlTask } from "../crawl/messages.ts";
import { type Gone, gone, type SitemapReport, type TaskReport } from "../crawl/task-report.ts";
import { limits as factLimits } from "../facts/page-facts.ts";
import type { SitemapFacts } from "../facts/site-facts.ts";
import { readSitemap } from "../sitemaps/index.ts";
import { normaliseUrl } from "../urls/index.ts";
import type { FetchLimits, Get } from "./get.ts";

/** sitemaps.org: a sitemap holds at most 50,000 addresses and 50 MB. */
const maxBytes = 50 * 1024 * 1024;
const limits: FetchLimits = { timeoutMs: minuteMs, maxBytes: maxBytes + 1, maxRedirects: 5 };

interface SitemapDeps {
  readonly now: () => number;
  readonly report: (reports: readonly TaskReport[]) => Promise<Gone | "taken">;
}

/** Fetches a sitemap and reports its addresses while they stream in, so that no sitemap is ever held whole. */
export async function fetchSitemap(task: CrawlTask, get: Get, deps: SitemapDeps): Promise<SitemapReport> {
  const { id, attempt, url, source = "index" } = task;
  const base = { url, source, entries: 0, problem: null };
  const sitemaps = new Set<string>();
  const report = (facts: SitemapFacts, retry: SitemapReport["retry"] = null): SitemapReport => ({
    kind: "sitemap",
    id,
    attempt,
    facts,
    sitemaps: [...sitemaps],
    retry,
  });
  try {
    const response = await get(url, limits);
    const { status } = response;
    if (status === 200 && response.body !== null) {
      const { entries, problem } = await readSitemap(response.body.stream(), {
        url,
        maxBytes,
        async onPages(pages) {
          const urls = pages.flatMap((page) => usable(page.url));
          if ((await deps.report([{ kind: "sitemap-pages", id, attempt, urls }])) === gone) throw new AppError("gone", "The audit has ended.");
        },
        onSitemaps(urls) {
          for (const address of urls.flatMap(usable)) if (sitemaps.size < maxSitemaps) sitemaps.add(address);
        },
      });
      return report({ ...base, outcome: problem === null ? "found" : "invalid", status, entries, problem });
    }
    discard(response);
    const retry = status === 429 || status >= 500 ? { afterMs: retryAfterMs(response.headers, deps.now()) } : null;
    if (status >= 400 && status < 500 && status !== 429) return report({ ...base, outcome: "absent", status });
    return report({ ...base, outcome: "invalid", status, problem: `The server answered ${status}.` }, retry);
  } catch (cause) {
    const error = AppError.from(cause);
    // Only what the other server does is a fact about it; our own failures go back to the queue.
    if (error.code === "gone" || error.code === "internal" || error.code === "unavailable") throw error;
    return report({ ...base, outcome: "invalid", status: null, problem: error.message }, error.retryable ? { afterMs: null } : null);
  }
}

/** Longer addresses are never fetched; a sitemap of nothing else would be too much to send. */
function usable(address: string): string[] {
  const url = normaliseUrl(address);
  return url === null || url.length > factLimits.urlCharacters ? [] : [url];
}
