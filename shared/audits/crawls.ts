import type { CrawlProgress } from "./crawl/crawl.ts";
import type { CrawlStart } from "./crawl/crawl-state.ts";
import type { Gone, TaskReport } from "./crawl/task-report.ts";

/** The crawls of all audits, wherever they run. Everything but `start` and `clear` answers `gone` for one that does not exist. */
export interface Crawls {
  start(start: CrawlStart): Promise<void>;
  report(auditId: string, reports: readonly TaskReport[]): Promise<Gone | "taken">;
  progress(auditId: string): Promise<CrawlProgress | Gone>;
  /** As `progress`, for somebody who is told of every change from now on. */
  watch(auditId: string): Promise<CrawlProgress | Gone>;
  /** Writes what was found so far to the database; nothing to do for a crawl that does not exist. */
  flush(auditId: string): Promise<void>;
  resume(auditId: string): Promise<Gone | "running">;
  clear(auditId: string): Promise<void>;
}
