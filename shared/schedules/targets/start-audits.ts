import { and, asc, eq, gt, inArray, isNotNull, lt, notExists } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { z } from "zod";
import { bySystem } from "../../audit-log/index.ts";
import { acceptAudit, CreateAuditInput, isCrowdedOrUnderWay, mostUnfinished, readUnfinished } from "../../audits/index.ts";
import type { Database } from "../../db/client.ts";
import { audits, sites } from "../../db/schema/index.ts";
import { findWorkspaceStanding } from "../../identity/index.ts";
import type { JobExecutor, JobInput } from "../../jobs/index.ts";
import { AppError, type Context, commit, derivedIdAt, errorFields, Id, type Log, refuseWhere, secondMs, sha256, timeOf } from "../../platform/index.ts";

/** So many that a slice ends well within its time, each with a batch of its own. */
const sitesPerSlice = 20;

interface Deps extends Pick<Context, "egress" | "vault" | "now"> {
  readonly directory: Database;
  readonly databases: readonly Database[];
  readonly databaseOf: (workspaceId: string) => Database;
  /** Sends the events that start the audits; what gets lost is swept up later. */
  readonly announce: (workspaceId: string, eventIds: readonly string[]) => Promise<void>;
  readonly log: Log;
}

/** How far a run came; at its end it says the same of itself, but for the last site. */
const Reached = z.object({
  /** The last site that was looked at; null before the first. */
  after: Id("site").nullable(),
  started: z.int(),
  /** How many were left out, by why: `suspended`, `deleted`, `under_way` or `too_many`, or the code of what refused the audit. */
  skipped: z.record(z.string(), z.int()),
});
type Reached = z.infer<typeof Reached>;

interface VerifiedSite {
  readonly id: string;
  readonly workspaceId: string;
  readonly origin: string;
}

type Input = JobInput<"audits.start">;

/**
 * The executor of `audits.start`: an audit of each verified site, each once in a run. The id of an audit follows from the run's job and the site, so that
 * a slice which runs a second time finds what it made the first time.
 */
export function startAuditsWith(deps: Deps): JobExecutor<"audits.start"> {
  return async ({ jobId, input, checkpoint }) => {
    const { after, started, skipped } = checkpoint === null ? nothing : Reached.parse(checkpoint);
    const found = await findSites(deps, input, after);
    const reached = { after: found.at(-1)?.id ?? after, started, skipped: { ...skipped } };
    for (const site of found) {
      const outcome = await startOne(deps, jobId, input, site);
      if (outcome === "started") reached.started += 1;
      else reached.skipped[outcome] = (reached.skipped[outcome] ?? 0) + 1;
    }
    const done = found.length < sitesPerSlice;
    return { done, progress: found.length, checkpoint: done ? { started: reached.started, skipped: reached.skipped } : reached };
  };
}

const nothing: Reached = { after: null, started: 0, skipped: {} };

/** The next sites by their ids, of whichever database. A site that several projects of a workspace have is audited once. */
async function findSites({ databases, databaseOf }: Deps, { workspaceIds, projectId }: Input, after: string | null): Promise<VerifiedSite[]> {
  const other = alias(sites, "other");
  const isInProject = (table: typeof sites | typeof other) => (projectId === null ? undefined : eq(table.projectId, projectId));
  const find = (db: Database) =>
    db
      .select({ id: sites.id, workspaceId: sites.workspaceId, origin: sites.origin })
      .from(sites)
      .where(
        and(
          after === null ? undefined : gt(sites.id, after),
          workspaceIds === null ? undefined : inArray(sites.workspaceId, workspaceIds),
          isInProject(sites),
          isNotNull(sites.verifiedAt),
          notExists(
            db
              .select({ id: other.id })
              .from(other)
              .where(
                and(
                  eq(other.workspaceId, sites.workspaceId),
                  eq(other.origin, sites.origin),
                  isInProject(other),
                  isNotNull(other.verifiedAt),
                  lt(other.id, sites.id),
                ),
              ),
          ),
        ),
      )
      .orderBy(asc(sites.id))
      .limit(sitesPerSlice);
  const among = workspaceIds === null ? databases : [...new Set(workspaceIds.map(databaseOf))];
  const found = (await Promise.all(among.map(find))).flat();
  return found.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, sitesPerSlice);
}

/** Answers `started`, or why it was left out. @throws AppError that is retryable: then the slice runs again */
async function startOne(deps: Deps, jobId: string, input: Input, site: VerifiedSite): Promise<string> {
  const { directory, databaseOf, egress, vault, now, announce, log } = deps;
  const { workspaceId, origin } = site;
  const standing = await findWorkspaceStanding(directory, workspaceId);
  if (standing === null) return "deleted";
  if (standing.isSuspended) return "suspended";
  const db = databaseOf(workspaceId);
  const outbox: string[] = [];
  const id = await auditIdOf(jobId, site);
  let url = `${origin}/`;
  const asked = CreateAuditInput.parse({ url, maxPages: input.maxPages });
  try {
    const acceptance = { id, createdBy: input.createdBy, who: bySystem, logged: { scheduleId: input.scheduleId } };
    const { audit, statements } = await acceptAudit({ db, workspaceId, egress, vault, now, outbox }, asked, acceptance);
    url = audit.url;
    await commit(db, [refuseWhere(db, isCrowdedOrUnderWay(db, workspaceId, url)), ...statements]);
  } catch (thrown) {
    const error = AppError.from(thrown);
    if (error.code === "conflict") return whyNot(db, { workspaceId, id, url });
    if (error.retryable) throw error;
    log.warn("a site could not be audited on time", { workspaceId, jobId, ...errorFields(error) });
    return error.code;
  }
  await announce(workspaceId, outbox).catch(() => {});
  return "started";
}

/** Answers `started` where it was made when this slice ran before. The run is over when its audits have begun: the next one must not double those that go on. */
async function whyNot(db: Database, { workspaceId, id, url }: { readonly workspaceId: string; readonly id: string; readonly url: string }): Promise<string> {
  const own = await db.query.audits.findFirst({ columns: { id: true }, where: and(eq(audits.id, id), eq(audits.workspaceId, workspaceId)) });
  if (own !== undefined) return "started";
  const { count, hasAddress } = await readUnfinished(db, workspaceId, url);
  if (hasAddress) return "under_way";
  if (count >= mostUnfinished) return "too_many";
  throw new AppError("unavailable", "What was under way has ended at this moment.", { retryAfterMs: secondMs });
}

/** The id of the audit of a site in a run. It begins with the run's time, since ids sort by it. */
async function auditIdOf(jobId: string, { workspaceId, origin }: VerifiedSite): Promise<string> {
  return derivedIdAt("audit", timeOf(jobId), await sha256(JSON.stringify([jobId, workspaceId, origin])));
}
