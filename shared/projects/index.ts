export { createProject, deleteProject, updateProject } from "./change-project.ts";
export { addSite, removeSite } from "./change-sites.ts";
export { getProject, listProjects } from "./queries.ts";
export { AddSiteInput, CreateProjectInput, Project, ProjectList, Site, SiteVerification, UpdateProjectInput, VerifySiteInput } from "./schemas.ts";
export { isVerifiedOrigin } from "./verified-origins.ts";
export { verifySite } from "./verify-site.ts";
