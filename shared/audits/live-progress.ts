import { type Context, secondMs } from "../platform/index.ts";
import type { CrawlProgress } from "./crawl/crawl.ts";
import { type Gone, gone } from "./crawl/task-report.ts";
import type { Crawls } from "./crawls.ts";
import { getAudit } from "./queries.ts";
import type { Audit, LiveProgress } from "./schemas.ts";

/** Where an audit stands right now: asked of its crawl while it runs, else what is stored. */
export async function liveProgress(ctx: Context, crawls: Crawls, auditId: string): Promise<LiveProgress> {
  const { audit, crawl } = await lookAt(ctx, crawls, auditId);
  if (crawl === gone) return fromStored(audit);
  const { discovered, fetched, failed, left, elapsedMs, currentUrl, counts } = crawl;
  const pagesPerSecond = (fetched + failed) / Math.max(1, elapsedMs / secondMs);
  return {
    status: audit.status,
    discovered,
    fetched,
    failed,
    left,
    pagesPerSecond: Math.round(pagesPerSecond * 10) / 10,
    secondsLeft: pagesPerSecond > 0 ? Math.ceil(left / pagesPerSecond) : null,
    currentUrl,
    counts,
  };
}

/** The audit, with the progress of this very moment while it runs. */
export async function getLiveAudit(ctx: Context, crawls: Crawls, auditId: string): Promise<Audit> {
  const { audit, crawl } = await lookAt(ctx, crawls, auditId);
  if (crawl === gone) return audit;
  const { discovered, fetched, failed, counts } = crawl;
  return { ...audit, progress: { discovered, fetched, failed }, counts };
}

/** What is stored, and what the crawl says of itself: `gone` unless it runs. */
async function lookAt(ctx: Context, crawls: Crawls, auditId: string): Promise<{ audit: Audit; crawl: CrawlProgress | Gone }> {
  const audit = await getAudit(ctx, auditId);
  return { audit, crawl: audit.status === "running" ? await crawls.progress(auditId) : gone };
}

function fromStored({ status, progress, counts }: Audit): LiveProgress {
  return { status, ...progress, left: 0, pagesPerSecond: 0, secondsLeft: null, currentUrl: null, counts };
}
