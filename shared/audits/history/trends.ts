import { and, desc, gte, isNotNull, lt, type SQL, sql } from "drizzle-orm";
import { audits } from "../../db/schema/index.ts";
import { type Context, requirePermission } from "../../platform/index.ts";
import { readProject } from "../../projects/index.ts";
import { visible } from "../queries.ts";
import { Counts, Scores } from "../schemas.ts";
import { mostOfSite, type ProjectTrends, type TrendPoint, type TrendsQuery } from "./schemas.ts";

/** How the sites of a project did over time: the completed audits of each, whatever address of it they began at. @throws AppError `not_found` */
export async function getTrends(ctx: Context, projectId: string, { since, until }: TrendsQuery): Promise<ProjectTrends> {
  requirePermission(ctx, "audits:read");
  const { sites } = await readProject(ctx, projectId);
  const during = and(since === undefined ? undefined : gte(audits.finishedAt, since), until === undefined ? undefined : lt(audits.finishedAt, until));
  const trends: ProjectTrends["sites"] = [];
  for (const { id, origin } of sites) trends.push({ siteId: id, origin, audits: await readTrend(ctx, origin, during) });
  return { projectId, sites: trends };
}

async function readTrend(ctx: Context, origin: string, during: SQL | undefined): Promise<TrendPoint[]> {
  // Addresses of the origin are those from its slash up to the character behind it; the status is literal, as in the index `audits_site`.
  const ofSite = and(gte(audits.url, `${origin}/`), lt(audits.url, `${origin}0`), sql`${audits.status} = 'completed'`);
  const rows = await ctx.db
    .select({ auditId: audits.id, url: audits.url, at: audits.finishedAt, scores: audits.scores, counts: audits.counts })
    .from(audits)
    .where(and(visible(ctx), ofSite, during, isNotNull(audits.finishedAt), isNotNull(audits.scores), isNotNull(audits.counts)))
    .orderBy(desc(audits.finishedAt), desc(audits.id))
    .limit(mostOfSite);
  return rows
    .reverse()
    .flatMap(({ at, scores, counts, ...row }) => (at === null ? [] : [{ ...row, at, scores: Scores.parse(scores), counts: Counts.parse(counts) }]));
}
