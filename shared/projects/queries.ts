import { and, asc, desc, eq, lt, type SQL } from "drizzle-orm";
import { projects, sites } from "../db/schema/index.ts";
import { AppError, type Context, decodeCursor, type ListQuery, pageOf, requirePermission } from "../platform/index.ts";
import { maxSites, type Project, type ProjectList, type Site } from "./schemas.ts";

type ProjectRow = typeof projects.$inferSelect;
type SiteRow = typeof sites.$inferSelect;

/** The workspace's projects, newest first, with how many sites each has. */
export async function listProjects({ db, ...ctx }: Context, { limit, cursor }: ListQuery): Promise<ProjectList> {
  requirePermission(ctx, "projects:read");
  const before = cursor === undefined ? undefined : lt(projects.id, decodeCursor(cursor, "string"));
  const siteCount = db.$count(sites, and(eq(sites.workspaceId, projects.workspaceId), eq(sites.projectId, projects.id)));
  const rows = await db
    .select({ id: projects.id, name: projects.name, createdAt: projects.createdAt, siteCount })
    .from(projects)
    .where(and(eq(projects.workspaceId, ctx.workspaceId), before))
    .orderBy(desc(projects.id))
    .limit(limit + 1);
  return pageOf(rows, limit, ({ id }) => id);
}

/** @throws AppError `not_found` also for another workspace's project */
export async function getProject(ctx: Context, projectId: string): Promise<Project> {
  requirePermission(ctx, "projects:read");
  return readProject(ctx, projectId);
}

/** As `getProject`, for verbs that asked for a permission of their own. */
export async function readProject(ctx: Context, projectId: string): Promise<Project> {
  const { id, name, createdAt } = await findProject(ctx, projectId);
  const rows = await ctx.db.query.sites.findMany({
    where: and(eq(sites.workspaceId, ctx.workspaceId), eq(sites.projectId, projectId)),
    orderBy: asc(sites.id),
    limit: maxSites,
  });
  return { id, name, createdAt, sites: rows.map(toSite) };
}

/** The row of a project of this workspace; `not_found` else. */
export async function findProject({ db, workspaceId }: Context, projectId: string): Promise<ProjectRow> {
  const row = await db.query.projects.findFirst({ where: ofProject({ workspaceId }, projectId) });
  if (row === undefined) throw new AppError("not_found", "There is no such project.");
  return row;
}

/** The row of a site of this project of this workspace; `not_found` else. */
export async function findSite({ db, workspaceId }: Context, projectId: string, siteId: string): Promise<SiteRow> {
  const row = await db.query.sites.findFirst({ where: ofSite({ workspaceId }, projectId, siteId) });
  if (row === undefined) throw new AppError("not_found", "There is no such site in this project.");
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
