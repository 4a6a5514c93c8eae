import { sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { isOneOf } from "../db/is-one-of.ts";
import { type DueJob, errorFields, kindOf } from "../platform/index.ts";
import { findOver, type Over } from "./find-over.ts";
import type { End, EndDeps, Kept } from "./kept/kept.ts";

/** Things that one slice ends one by one: each takes a few writes, and a call to an object or the bucket. */
const thingsPerSlice = 25;

export interface SliceDeps extends Omit<EndDeps, "outbox" | "dueJobs"> {
  /** Knows what workspaces said. */
  readonly directory: Database;
  /** Sends the events recorded for a workspace; what gets lost is swept up later. */
  readonly announce: (workspaceId: string, eventIds: readonly string[]) => Promise<void>;
  /** Tells the queue of an accepted job; losing this is harmless. */
  readonly send: (due: DueJob) => Promise<void>;
}

interface Place {
  readonly db: Database;
  readonly kept: Kept;
  readonly after: number;
  readonly at: number;
  readonly dryRun: boolean;
}

interface Cleaned {
  /** How many were over. */
  readonly count: number;
  /** Where the next slice goes on; null when this kind is done. */
  readonly next: number | null;
}

/** Clears away what is over among the next rows of a kind; a dry run only counts. The same slice again finds nothing more to do. */
export async function cleanSlice(deps: SliceDeps, { db, kept, after, at, dryRun }: Place): Promise<Cleaned> {
  const { over, next } = await findOver(kept, { db, directory: deps.directory, after, at });
  if (over.length === 0 || dryRun) return { count: over.length, next };
  if ("end" in kept && kept.end !== undefined) return endEach(deps, { db, end: kept.end, over, next });
  return { count: await deleteRows(db, kept, over), next };
}

/** Looks again as it deletes: of a row that somebody brought back to life in the meantime, the time does not count any more, or counts from later. */
async function deleteRows(db: Database, { table, since }: Kept, over: readonly Over[]): Promise<number> {
  const latest = Math.max(...over.map((row) => row.since));
  const rowids = isOneOf(
    sql`rowid`,
    over.map(({ rowid }) => rowid),
  );
  const { meta } = await db.run(sql`delete from ${table} where ${rowids} and ${since} <= ${latest}`);
  return meta.changes;
}

interface Ending {
  readonly db: Database;
  readonly end: End;
  readonly over: readonly Over[];
  readonly next: number | null;
}

/** Ends them, and sends what follows: thousands of jobs of one night are not left to the sweep, which everybody's lost messages wait for. */
async function endEach(deps: SliceDeps, ending: Ending): Promise<Cleaned> {
  const events = new Map<string, string[]>();
  const dueJobs: DueJob[] = [];
  const cleaned = await endSome(deps, ending, { events, dueJobs });
  for (const [workspaceId, eventIds] of events) if (eventIds.length > 0) await deps.announce(workspaceId, eventIds).catch(() => {});
  for (const due of dueJobs) await deps.send(due).catch(() => {});
  return cleaned;
}

interface Following {
  /** Ids of events by workspace. */
  readonly events: Map<string, string[]>;
  readonly dueJobs: DueJob[];
}

/** One by one; one that fails does not keep the others from their turn, and has its own again the next night. */
async function endSome(deps: SliceDeps, { db, end, over, next }: Ending, { events, dueJobs }: Following): Promise<Cleaned> {
  let count = 0;
  for (const { id, workspaceId, rowid } of over.slice(0, thingsPerSlice)) {
    const outbox = events.get(workspaceId) ?? [];
    events.set(workspaceId, outbox);
    try {
      // A part of it: the next slice begins with it again.
      if (!(await end({ ...deps, outbox, dueJobs }, { db, id, workspaceId }))) return { count, next: rowid - 1 };
      count += 1;
    } catch (cause) {
      const which = kindOf(id) === "audit" ? { auditId: id } : {};
      deps.log.error("something could not be cleared away", { domain: "retention", workspaceId, ...which, ...errorFields(cause) });
    }
  }
  return { count, next: over.length > thingsPerSlice ? (over[thingsPerSlice - 1]?.rowid ?? null) : next };
}
