import { and, desc, eq, gte, isNotNull, lt, lte, sql } from "drizzle-orm";
import { audits } from "../../db/schema/index.ts";
import { type Context, requirePermission } from "../../platform/index.ts";
import { readProject } from "../../projects/index.ts";
import { visible } from "../queries.ts";
import { Counts, Scores } from "../schemas.ts";
import { mostOfSite, mostPoints, type ProjectTrends, type TrendPoint, type TrendsQuery } from "./schemas.ts";

/** How the sites of a project did over time: the completed audits of each, whatever address of it they began at. @throws AppError `not_found` */
export async function getTrends(ctx: Context, projectId: string, during: TrendsQuery): Promise<ProjectTrends> {
  requirePermission(ctx, "audits:read");
  const { sites } = await readProject(ctx, projectId);
  const origins = sites.map(({ origin }) => origin);
  const byOrigin = Map.groupBy(await readPoints(ctx, origins, during), ({ origin }) => origin);
  return {
    projectId,
    sites: sites.map(({ id, origin }) => {
      const points = byOrigin.get(origin) ?? [];
      return { siteId: id, origin, audits: points.map(toPoint).toReversed(), auditsLeftOut: (points[0]?.total ?? 0) - points.length };
    }),
  };
}

type Point = Awaited<ReturnType<typeof readPoints>>[number];

/** The newest audits of each site, newest first. Where all together are too many, each site has as many as any other, as far as it has them. */
async function readPoints(ctx: Context, origins: readonly string[], { since, until }: TrendsQuery) {
  // Ranking touches no scores, which are most of what is read of a row. The status is literal, as in the index `audits_site`.
  const ranked = ctx.db.$with("ranked").as(
    ctx.db
      .select({
        rankedId: sql<string>`${audits.id}`.as("ranked_id"),
        origin: sql<string>`site.origin`.as("origin"),
        place: sql<number>`row_number() over (partition by site.origin order by ${audits.finishedAt} desc, ${audits.id} desc)`.as("place"),
        total: sql<number>`count(*) over (partition by site.origin)`.as("total"),
      })
      // Addresses of an origin are those from its slash up to the character behind it. A cross join keeps its order: each site is looked up in the index.
      .from(sql`(select value as origin from json_each(${JSON.stringify([...new Set(origins)])})) as site cross join ${audits}`)
      .where(
        and(
          visible(ctx),
          sql`${audits.url} >= site.origin || '/' and ${audits.url} < site.origin || '0' and ${audits.status} = 'completed'`,
          since === undefined ? undefined : gte(audits.finishedAt, since),
          until === undefined ? undefined : lt(audits.finishedAt, until),
          isNotNull(audits.finishedAt),
          isNotNull(audits.scores),
          isNotNull(audits.counts),
        ),
      ),
  );
  const { id: auditId, url, finishedAt: at, scores, counts } = audits;
  return ctx.db
    .with(ranked)
    .select({ auditId, url, at, scores, counts, origin: ranked.origin, total: ranked.total })
    .from(ranked)
    .innerJoin(audits, eq(audits.id, ranked.rankedId))
    .where(lte(ranked.place, mostOfSite))
    .orderBy(sql`${ranked.place}`, desc(audits.finishedAt), desc(audits.id))
    .limit(mostPoints);
}

const toPoint = ({ auditId, url, at, scores, counts }: Point): TrendPoint => ({
  auditId,
  url,
  at: at ?? 0,
  scores: Scores.parse(scores),
  counts: Counts.parse(counts),
});
