import { z } from "zod";
import type { Database } from "../db/client.ts";
import type { JobExecutor } from "../jobs/index.ts";
import { cleanSlice, type SliceDeps } from "./clean-slice.ts";
import { keptThings } from "./kept/index.ts";

/** How far a clean-up came, and what it counted. It is also the result that people read. */
export const CleanCheckpoint = z.object({
  dryRun: z.boolean(),
  /** For which moment it judges what is over, ms since 1970: the same for all slices. */
  at: z.int(),
  /** Number of the database, and the kind whose turn it is in it; null at the end. */
  database: z.int().min(0),
  kind: z.string().nullable(),
  /** The row after which the next slice goes on. */
  after: z.int(),
  /** How many were over, by kind; those that are done, with their zeros. */
  counts: z.record(z.string(), z.int()),
  slices: z.int(),
});
export type CleanCheckpoint = z.infer<typeof CleanCheckpoint>;

export interface CleanDeps extends SliceDeps {
  readonly databases: readonly Database[];
}

/** SQLite numbers rows from 1 on, unless somebody says otherwise. */
const first = Number.MIN_SAFE_INTEGER;

/**
 * The executor of `retention.clean`: each slice looks at the next rows of one kind, kind after kind. What a slice deleted just before its worker died is not
 * counted, since the slice that follows does not find it any more; nothing is left out, and nothing is deleted that a slice again would not.
 */
export function cleanWith(deps: CleanDeps): JobExecutor<"retention.clean"> {
  return async ({ input: { dryRun }, checkpoint }) => {
    // What an older release said and this one cannot read is begun again.
    const before = CleanCheckpoint.safeParse(checkpoint).data ?? start(dryRun, deps.now());
    const kept = keptThings.find(({ name }) => name === before.kind) ?? keptThings[0];
    const db = deps.databases[before.database];
    if (kept === undefined || db === undefined) return { done: true, progress: 0, checkpoint: { ...before, kind: null } };
    const { count, next } = await cleanSlice(deps, { db, kept, after: before.after, at: before.at, dryRun });
    const counted = {
      ...before,
      counts: { ...before.counts, [kept.name]: (before.counts[kept.name] ?? 0) + count },
      slices: before.slices + 1,
    };
    const reached = next === null ? afterKind(counted, kept.name, deps.databases.length) : { ...counted, kind: kept.name, after: next };
    return { done: reached.kind === null, progress: count, checkpoint: reached };
  };
}

const start = (dryRun: boolean, at: number): CleanCheckpoint => ({
  dryRun,
  at,
  database: 0,
  kind: keptThings[0]?.name ?? null,
  after: first,
  counts: {},
  slices: 0,
});

/** The next kind of this database, or the first of the next one; null after the last of all. */
function afterKind(reached: CleanCheckpoint, name: string, databases: number): CleanCheckpoint {
  const following = keptThings[keptThings.findIndex((kept) => kept.name === name) + 1];
  if (following !== undefined) return { ...reached, kind: following.name, after: first };
  const database = reached.database + 1;
  return { ...reached, database, kind: database < databases ? (keptThings[0]?.name ?? null) : null, after: first };
}
