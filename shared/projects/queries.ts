import { and, asc, eq, type SQL } from "drizzle-orm";
import { projects, sites } from "../db/schema/index.ts";
import { AppError, type Context, pageOf, requirePermission, type TimedListQuery, timeOrder } from "../platform/index.ts";
import { maxSites, type Project, type ProjectList, type Site } from "./schemas.ts";

type ProjectRow = typeof projects.$inferSelect;
type SiteRow = typeof sites.$inferSelect;

/** The workspace's projects by when they were made, with how many sites each has. */
export async function listProjects({ db, ...ctx }: Context, query: TimedListQuery): Promise<ProjectList> {
  requirePermission(ctx, "projects:read");
  const { limit } = query;
  const { rest, orderBy, order } = timeOrder(projects.id, "project", query);
  const siteCount = db.$count(sites, and(eq(sites.workspaceId, projects.workspaceId), eq(sites.projectId, projects.id)));
  const rows = await db
    .select({ id: projects.id, name: projects.name, version: projects.version, createdAt: projects.createdAt, siteCount })
    .from(projects)
    .where(and(eq(projects.workspaceId, ctx.workspaceId), rest))
    .orderBy(orderBy)
    .limit(limit + 1);
  return pageOf(rows, limit, ({ id }) => id, order);
}

/** @throws AppError `not_found` also for another workspace's project */
export async function getProject(ctx: Context, projectId: string): Promise<Project> {
  requirePermission(ctx, "projects:read");
  return readProject(ctx, projectId);
}

/** As `getProject`, for verbs that asked for a permission of their own. */
export async function readProject(ctx: Context, projectId: string): Promise<Project> {
  const { id, name, version, createdAt } = await findProject(ctx, projectId);
  const rows = await ctx.db.query.sites.findMany({
    where: and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId)),
    orderBy: asc(sites.id),
    limit: maxSites,
  });
  return { id, name, version, createdAt, sites: rows.map(toSite) };
}

const noSuchProject = (): AppError => new AppError("not_found", "There is no such project.");
export const noSuchSite = (): AppError => new AppError("not_found", "There is no such site in this project.");

/** The row of a project of this workspace; `not_found` else. */
async function findProject({ db, workspaceId }: Context, projectId: string): Promise<ProjectRow> {
  const row = await db.query.projects.findFirst({ where: ofProject({ workspaceId }, projectId) });
  if (row === undefined) throw noSuchProject();
  return row;
}

/** The row of a site of this project of this workspace; `not_found` else. */
export async function findSite({ db, workspaceId }: Context, projectId: string, siteId: string): Promise<SiteRow> {
  const row = await db.query.sites.findFirst({ where: ofSite({ workspaceId }, projectId, siteId) });
  if (row === undefined) throw noSuchSite();
  return row;
}

/** The row of a project, if it is one of this workspace. */
export function ofProject({ workspaceId }: Pick<Context, "workspaceId">, projectId: string): SQL | undefined {
  return and(eq(projects.id, projectId), eq(projects.workspaceId, workspaceId));
}

/** The row of a site, if it is one of this project of this workspace. */
export function ofSite({ workspaceId }: Pick<Context, "workspaceId">, projectId: string, siteId: string): SQL | undefined {
  return and(eq(sites.id, siteId), eq(sites.workspaceId, workspaceId), eq(sites.projectId, projectId));
}

export function toSite({ id, origin, verificationToken, verifiedAt, verifiedBy, createdAt }: SiteRow): Site {
  return { id, origin, verificationToken, verifiedAt, verifiedBy, createdAt };
}
