import { installationId } from "../../db/client.ts";
import { insertJob } from "../../jobs/index.ts";
import { AppError, newId } from "../../platform/index.ts";
import { hasProject } from "../../projects/index.ts";
import type { Start, Started, Starting } from "./start.ts";

interface Which {
  /** Null for every workspace. */
  readonly workspaceIds: string[] | null;
  readonly projectId: string | null;
  readonly maxPages: number;
}

/** Has an audit made of each verified site of a project, or of all of the workspace. */
export const startSiteAudits: Start<"site-audits"> = async (starting, { projectId, maxPages }) => {
  // Of the sites of a project that was deleted nothing would be said otherwise: there would be none.
  if (projectId !== undefined && !(await hasProject(starting, projectId))) throw new AppError("not_found", "The project whose sites are audited was deleted.");
  return startAudits(starting, { workspaceIds: [starting.workspaceId], projectId: projectId ?? null, maxPages });
};

/** Has an audit made of each verified site of every workspace. */
export const startEverySiteAudits: Start<"every-site-audits"> = async (starting, { maxPages }) =>
  startAudits(starting, { workspaceIds: null, projectId: null, maxPages });

function startAudits(starting: Starting, which: Which): Started {
  const { scheduleId, createdBy, now } = starting;
  const id = newId("job", now());
  const input = { ...which, createdBy: createdBy ?? installationId, scheduleId };
  return { startedId: id, statements: [insertJob(starting, { id, type: "audits.start", input })] };
}
