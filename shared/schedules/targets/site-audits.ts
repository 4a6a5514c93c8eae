import { and, eq } from "drizzle-orm";
import { installationId } from "../../db/client.ts";
import { projects } from "../../db/schema/index.ts";
import { insertJob } from "../../jobs/index.ts";
import { AppError, newId } from "../../platform/index.ts";
import type { Start, Started, Starting } from "./start.ts";

interface Which {
  /** Null for every workspace. */
  readonly workspaceIds: string[] | null;
  readonly projectId: string | null;
  readonly maxPages: number;
}

/** Has an audit made of each verified site of a project, or of all of the workspace. */
export const startSiteAudits: Start<"site-audits"> = async (starting, { projectId, maxPages }) => {
  if (projectId !== undefined) await requireProject(starting, projectId);
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

/** Of the sites of a project that was deleted nothing would be said otherwise: there would be none. */
async function requireProject({ db, workspaceId }: Starting, projectId: string): Promise<void> {
  const [found] = await db
    .select({ id: projects.id })
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.workspaceId, workspaceId)));
  if (found === undefined) throw new AppError("not_found", "The project whose sites are audited was deleted.");
}
