export { addSite } from "./add-site.ts";
export { createProject } from "./create-project.ts";
export { deleteProject } from "./delete-project.ts";
export { getProject, listProjects, readProject } from "./queries.ts";
export { removeSite } from "./remove-site.ts";
export { AddSiteInput, CreateProjectInput, Project, ProjectList, Site, SiteVerification, UpdateProjectInput, VerifySiteInput } from "./schemas.ts";
export { updateProject } from "./update-project.ts";
export { isVerifiedOrigin } from "./verified-origins.ts";
export { verifySite } from "./verify-site.ts";
