import { and, eq, lt, type SQL, sql } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { projects, sites } from "../db/schema/index.ts";
import { keepAnswer } from "../idempotency/index.ts";
import { AppError, type Context, checkUrl, commit, guarded, newId, requirePermission, type Statement, toHex } from "../platform/index.ts";
import { originOf } from "./origin.ts";
import { ofProject, readProject } from "./queries.ts";
import { type AddSiteInput, maxSites, type Site } from "./schemas.ts";

/**
 * Adds the site of an address to a project. Nothing is proven by that.
 * @throws AppError `egress_refused` for what is nobody's web site; `conflict` when the project has it already, or as many sites as it may
 */
export async function addSite(ctx: Context, projectId: string, { url }: AddSiteInput): Promise<Site> {
  requirePermission(ctx, "projects:write");
  const origin = originOf(checkUrl(url, ctx.egress));
  if (origin === null) throw new AppError("invalid", "Give a complete address that starts with http:// or https://, such as https://www.example.com/");
  const project = await readProject(ctx, projectId);
  if (project.sites.some((site) => site.origin === origin)) throw new AppError("conflict", `${origin} is in this project already.`);
  if (project.sites.length >= maxSites) throw new AppError("conflict", `A project has ${maxSites} sites at most. Put more into another project.`);
  const createdAt = ctx.now();
  const id = newId("site", createdAt);
  const site: Site = { id, origin, verificationToken: newVerificationToken(), verifiedAt: null, verifiedBy: null, createdAt };
  await commit(ctx.db, [
    ...guarded(ctx.db, insertSite(ctx, projectId, site)),
    recordChange(ctx, ctx.db, { action: "site.add", targetId: id, after: { projectId, origin } }),
    ...(await keepAnswer(ctx, ctx.db, site)),
  ]);
  return site;
}

/** Inserts nothing when the project was deleted meanwhile, or others filled it. */
function insertSite({ db, workspaceId }: Context, projectId: string, { id, origin, verificationToken, createdAt }: Site): Statement {
  const text = (value: string): SQL.Aliased<string> => sql<string>`${value}`.as("value");
  const count = db.$count(sites, and(eq(sites.workspaceId, workspaceId), eq(sites.projectId, projectId)));
  return db.insert(sites).select(
    db
      .select({
        id: text(id),
        workspaceId: projects.workspaceId,
        projectId: projects.id,
        origin: text(origin),
        verificationToken: text(verificationToken),
        verifiedAt: sql<null>`null`.as("value"),
        verifiedBy: sql<null>`null`.as("value"),
        createdAt: sql<number>`${createdAt}`.as("value"),
      })
      .from(projects)
      .where(and(ofProject({ workspaceId }, projectId), lt(count, maxSites))),
  );
}

/** 128 random bits in hex: a token that nobody finds by guessing what others publish. */
function newVerificationToken(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}
