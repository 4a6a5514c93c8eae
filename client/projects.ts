import type { z } from "zod";
import { ProjectTrends, type TrendsQuery } from "../shared/audits/index.ts";
import type { TimedListQuery } from "../shared/platform/index.ts";
import {
  type AddSiteInput,
  type CreateProjectInput,
  Project,
  ProjectList,
  Site,
  SiteVerification,
  type UpdateProjectInput,
  type VerifySiteInput,
} from "../shared/projects/index.ts";
import { type Connection, type EditOptions, everyItem, ifMatch, pathOf, queryOf } from "./connection.ts";

type ProjectSummary = ProjectList["items"][number];

/** Projects of the workspace, their sites, and the proof that a site is the workspace's own. */
export interface ProjectCalls {
  createProject(input: z.input<typeof CreateProjectInput>): Promise<Project>;
  /** Newest first unless said otherwise; asked for page by page while they are read. */
  listProjects(order?: Partial<Pick<TimedListQuery, "sort">>, signal?: AbortSignal): AsyncGenerator<ProjectSummary, void>;
  getProject(id: string): Promise<Project>;
  /** How its sites did over time; times are in ms since 1970. */
  getProjectTrends(id: string, during?: { readonly [Name in "since" | "until"]?: TrendsQuery[Name] }): Promise<ProjectTrends>;
  updateProject(id: string, input: z.input<typeof UpdateProjectInput>, options?: EditOptions): Promise<Project>;
  deleteProject(id: string, options?: EditOptions): Promise<void>;
  addSite(projectId: string, input: z.input<typeof AddSiteInput>): Promise<Site>;
  removeSite(projectId: string, siteId: string): Promise<void>;
  /** Looks for the proof; the answer says of each way what was found and what to do. */
  verifySite(projectId: string, siteId: string, input?: z.input<typeof VerifySiteInput>): Promise<SiteVerification>;
}

export function projectCalls({ get, send, create, sendOnly }: Connection): ProjectCalls {
  return {
    createProject: (input) => create(Project, "/projects", input),
    listProjects: ({ sort } = {}, signal) => everyItem((cursor) => get(ProjectList, `/projects${queryOf({ limit: 100, sort, cursor })}`, signal)),
    getProject: (id) => get(Project, pathOf`/projects/${id}`),
    getProjectTrends: (id, during = {}) => get(ProjectTrends, `${pathOf`/projects/${id}/trends`}${queryOf({ ...during })}`),
    updateProject: (id, input, options) => send(Project, "PATCH", pathOf`/projects/${id}`, input, ifMatch(options)),
    deleteProject: (id, options) => sendOnly("DELETE", pathOf`/projects/${id}`, undefined, ifMatch(options)),
    addSite: (projectId, input) => create(Site, pathOf`/projects/${projectId}/sites`, input),
    removeSite: (projectId, siteId) => sendOnly("DELETE", pathOf`/projects/${projectId}/sites/${siteId}`),
    verifySite: (projectId, siteId, input = {}) => send(SiteVerification, "POST", pathOf`/projects/${projectId}/sites/${siteId}/verify`, input),
  };
}
