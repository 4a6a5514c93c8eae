import { AppError, type Context, secondMs } from "../platform/index.ts";
import type { CrawlProgress } from "./crawl/crawl.ts";
import { type Gone, gone } from "./crawl/task-report.ts";
import type { Crawls } from "./crawls.ts";
import { getAudit, readAudit } from "./queries.ts";
import type { Audit, AuditStatus, LiveProgress } from "./schemas.ts";

/** Where an audit stands right now: asked of its crawl while it runs, else what is stored. */
export async function liveProgress(ctx: Context, crawls: Crawls, auditId: string): Promise<LiveProgress> {
  return progressOf(await lookAt(await getAudit(ctx, auditId), crawls.progress));
}

/**
 * As `liveProgress`, for whoever has found out that this is allowed. `ask` asks the crawl; null for an audit that the workspace cannot see.
 */
export async function findProgress(
  ctx: Pick<Context, "db" | "workspaceId">,
  ask: (auditId: string) => Promise<CrawlProgress | Gone>,
  auditId: string,
): Promise<LiveProgress | null> {
  try {
    return progressOf(await lookAt(await readAudit(ctx, auditId), ask));
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return null;
    throw error;
  }
}

/** What a crawl says of itself, as its readers are told. */
export function toLiveProgress(status: AuditStatus, { discovered, fetched, failed, left, elapsedMs, currentUrl, counts }: CrawlProgress): LiveProgress {
  const pagesPerSecond = (fetched + failed) / Math.max(1, elapsedMs / secondMs);
  return {
    status,
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
  const { audit, crawl } = await lookAt(await getAudit(ctx, auditId), crawls.progress);
  if (crawl === gone) return audit;
  const { discovered, fetched, failed, counts } = crawl;
  return { ...audit, progress: { discovered, fetched, failed }, counts };
}

interface Look {
  readonly audit: Audit;
  /** What the crawl says of itself: `gone` unless it runs. */
  readonly crawl: CrawlProgress | Gone;
}

async function lookAt(audit: Audit, ask: (auditId: string) => Promise<CrawlProgress | Gone>): Promise<Look> {
  return { audit, crawl: audit.status === "running" ? await ask(audit.id) : gone };
}

const progressOf = ({ audit, crawl }: Look): LiveProgress => (crawl === gone ? fromStored(audit) : toLiveProgress(audit.status, crawl));

function fromStored({ status, progress, counts }: Audit): LiveProgress {
  return { status, ...progress, left: 0, pagesPerSecond: 0, secondsLeft: null, currentUrl: null, counts };
}
