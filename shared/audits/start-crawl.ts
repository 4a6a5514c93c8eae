import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { audits } from "../db/schema/index.ts";
import type { CrawlOptions } from "./crawl/crawl-state.ts";
import type { Crawls } from "./crawls.ts";

const StoredOptions: z.ZodType<CrawlOptions> = z.object({
  maxPages: z.int(),
  maxDepth: z.int().nullable(),
  include: z.array(z.string()),
  exclude: z.array(z.string()),
  rate: z.number().nullable(),
  userAgent: z.string(),
  respectRobots: z.boolean(),
});

/** Hands an accepted audit to its crawl. Nothing happens for one that was cancelled meanwhile, or was started before. */
export async function startCrawl(db: Database, crawls: Crawls, workspaceId: string, auditId: string): Promise<void> {
  const row = await db.query.audits.findFirst({
    where: and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId), eq(audits.status, "queued"), isNull(audits.deletedAt)),
  });
  if (row === undefined) return;
  await crawls.start({ v: 1, auditId, workspaceId, url: row.url, options: StoredOptions.parse(row.options), sealedHeaders: row.sealedHeaders });
}
