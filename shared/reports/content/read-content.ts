import { and, asc, eq, gte, isNull, lt, ne, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { findMutedRules, listRules, readTallies } from "../../audits/index.ts";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { audits, projects, sites } from "../../db/schema/index.ts";
import { AppError, Percent } from "../../platform/index.ts";
import { mostProjects, mostSites, type ReportContent } from "./content.ts";
import { type SiteAudit, type SiteHistory, siteContent } from "./site-content.ts";

/** What a report is about; times in ms since 1970, the end is no part of it. */
export interface About {
  readonly workspaceId: string;
  /** Null for all projects. */
  readonly projectId: string | null;
  readonly from: number;
  readonly to: number;
}

/** What happened to the sites of a workspace in a time. @throws AppError `not_found` when the one project that it is about is gone */
export async function readContent(db: Database, about: About): Promise<ReportContent> {
  const { workspaceId, projectId } = about;
  const which = and(eq(projects.workspaceId, workspaceId), projectId === null ? undefined : eq(projects.id, projectId));
  const found = await db.select({ id: projects.id, name: projects.name }).from(projects).where(which).orderBy(asc(projects.id)).limit(mostProjects);
  if (found.length === 0 && projectId !== null) throw new AppError("not_found", "The project that the report is about was deleted.");
  const ids = found.map(({ id }) => id);
  const theirs = and(eq(sites.workspaceId, workspaceId), isOneOf(sites.projectId, ids));
  const [rows, mutedOf] = await Promise.all([
    db
      .select({ id: sites.id, projectId: sites.projectId, origin: sites.origin })
      .from(sites)
      .where(theirs)
      .orderBy(asc(sites.projectId), asc(sites.id))
      .limit(mostSites),
    findMutedRules(db, workspaceId, about.to),
  ]);
  const rules = listRules("en");
  const contents = new Map<string, ReportContent["projects"][number]["sites"]>();
  for (const { id: siteId, projectId: of, origin } of rows) {
    const history = await readHistory(db, about, origin);
    const content = siteContent({ siteId, origin, ...history, muted: mutedOf.get(origin) ?? new Set() }, rules);
    contents.set(of, [...(contents.get(of) ?? []), content]);
  }
  return {
    projects: found.map(({ id, name }) => ({ projectId: id, name, sites: contents.get(id) ?? [] })),
    projectsLeftOut: (await db.$count(projects, which)) - found.length,
    sitesLeftOut: (await db.$count(sites, theirs)) - rows.length,
  };
}

const columns = {
  id: audits.id,
  url: audits.url,
  options: audits.options,
  scores: audits.scores,
  tallies: audits.tallies,
  finishedAt: audits.finishedAt,
  pages: audits.fetched,
};

/** A rule that so many audits in a row did not check is one that was never checked. */
const mostCompared = 20;

type History = Pick<SiteHistory, "now" | "past" | "hasSameOptions">;

/**
 * The last audit of a site in the time, that of its home page if there is one, and what it is compared with: audits of the same address before the time, else
 * the first one in it; of these those with the same options, if there are any.
 */
async function readHistory(db: Database, { workspaceId, from, to }: About, origin: string): Promise<History> {
  // The status is literal, as in the index `audits_site`: SQLite does not use a partial index for values that are bound later.
  const completed = and(eq(audits.workspaceId, workspaceId), sql`${audits.status} = 'completed'`, isNull(audits.deletedAt), isNull(audits.confirmsId));
  // Everything that begins with the origin and a slash.
  const ofSite = and(completed, gte(audits.url, `${origin}/`), lt(audits.url, `${origin}0`));
  const homeFirst = sql`${audits.url} = ${`${origin}/`} desc`;
  const newestFirst = [sql`${audits.finishedAt} desc`, sql`${audits.id} desc`];
  const last = (within: SQL | undefined) =>
    db
      .select(columns)
      .from(audits)
      .where(and(ofSite, within))
      .orderBy(homeFirst, ...newestFirst)
      .limit(1);
  const [now] = await last(and(gte(audits.finishedAt, from), lt(audits.finishedAt, to)));
  if (now === undefined) return { now: null, past: (await last(lt(audits.finishedAt, from))).map(toAudit), hasSameOptions: true };
  const isSame = sql<number>`${audits.options} = ${sql.param(now.options, audits.options)}`;
  const isBefore = sql<number>`${audits.finishedAt} < ${from}`;
  const candidates = await db
    .select({ ...columns, isSame, isBefore })
    .from(audits)
    .where(and(completed, eq(audits.url, now.url), ne(audits.id, now.id), sql`(${audits.finishedAt}, ${audits.id}) < (${now.finishedAt}, ${now.id})`))
    // Before the time the newest first, in it the oldest.
    .orderBy(sql`${isSame} desc`, sql`${isBefore} desc`, sql`iif(${isBefore}, -${audits.finishedAt}, ${audits.finishedAt})`, audits.id)
    .limit(mostCompared);
  const [first] = candidates;
  const alike = candidates.filter(({ isSame: same, isBefore: before }) => same === first?.isSame && before === first.isBefore);
  return { now: toAudit(now), past: (first?.isBefore === 1 ? alike : alike.slice(0, 1)).map(toAudit), hasSameOptions: first?.isSame === 1 };
}

const Overall = z.object({ overall: Percent.nullable() }).nullable();

function toAudit({
  id: auditId,
  url,
  scores,
  tallies,
  finishedAt,
  pages,
}: Pick<typeof audits.$inferSelect, Exclude<keyof typeof columns, "pages">> & { pages: number }): SiteAudit {
  return { auditId, url, finishedAt: finishedAt ?? 0, score: Overall.parse(scores)?.overall ?? null, pages, tallies: readTallies(tallies) };
}
