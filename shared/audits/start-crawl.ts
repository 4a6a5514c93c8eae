import { and, eq, isNull } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import { CrawlOptions } from "./crawl/crawl-options.ts";
import type { Crawls } from "./crawls.ts";

/** Hands an accepted audit to its crawl. Nothing happens for one that was cancelled meanwhile, or was started before. */
export async function startCrawl(db: Database, crawls: Crawls, workspaceId: string, auditId: string): Promise<void> {
  const row = await db.query.audits.findFirst({
    where: and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId), eq(audits.status, "queued"), isNull(audits.deletedAt)),
  });
  if (row === undefined) return;
  await crawls.start({ v: 1, auditId, workspaceId, url: row.url, options: CrawlOptions.parse(row.options), sealedHeaders: row.sealedHeaders });
}
