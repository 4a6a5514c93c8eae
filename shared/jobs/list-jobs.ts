import { and, desc, eq, lt } from "drizzle-orm";
import { type Database, installationId } from "../db/client.ts";
import { jobs } from "../db/schema/index.ts";
import { type Context, decodeCursor, Id, idPattern, kindOf, pageOf, requirePermission } from "../platform/index.ts";
import type { Job, JobList, ListJobsQuery } from "./schemas.ts";

type JobRow = typeof jobs.$inferSelect;

/** The jobs of the whole installation, newest first, until they are removed: one that succeeded after a day, one that failed after a month. */
export async function listJobs(ctx: Context, databases: readonly Database[], { limit, cursor, state, type }: ListJobsQuery): Promise<JobList> {
  requirePermission(ctx, "operations:read");
  const which = and(
    cursor === undefined ? undefined : lt(jobs.id, decodeCursor(cursor, Id("job"))),
    state === undefined ? undefined : eq(jobs.state, state),
    type === undefined ? undefined : eq(jobs.type, type),
  );
  const read = (db: Database) =>
    db
      .select()
      .from(jobs)
      .where(which)
      .orderBy(desc(jobs.id))
      .limit(limit + 1);
  const rows = (await Promise.all(databases.map(read))).flat().sort((one, other) => (one.id < other.id ? 1 : -1));
  const { items, ...rest } = pageOf(rows, limit, ({ id }) => id);
  return { items: items.map(toJob), ...rest };
}

function toJob({ id, type, state, workspaceId, input, progress, failures, error, dueAt, createdAt, updatedAt }: JobRow): Job {
  const about = [...new Set(idsIn(input))].slice(0, 100);
  const where = workspaceId === installationId ? null : workspaceId;
  return { id, type, state, workspaceId: where, about, progress, failures, error: withoutAddresses(error), dueAt, createdAt, updatedAt };
}

function idsIn(input: unknown): string[] {
  if (typeof input === "string") return isId(input) ? [input] : [];
  return typeof input === "object" && input !== null ? Object.values(input).flatMap(idsIn) : [];
}

function isId(text: string): boolean {
  const kind = kindOf(text);
  return kind !== undefined && idPattern(kind).test(text);
}

const address = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g;
const maxErrorLength = 2_000;

/** What a provider of e-mail says of a refusal often names whom it refused. */
function withoutAddresses(error: string | null): string | null {
  return (
    error
      ?.slice(0, 2 * maxErrorLength)
      .replace(address, "[address]")
      .slice(0, maxErrorLength) ?? null
  );
}
