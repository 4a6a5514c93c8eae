import { sql } from "drizzle-orm";
import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import type { Database } from "../db/client.ts";
import type { JobExecutor, JobSlice } from "../jobs/index.ts";
import { AppError, type Log } from "../platform/index.ts";
import { findSummary, listChunks, putChunk, putManifest } from "./backup-files.ts";
import type { Cell } from "./cells.ts";
import { dropOldBackups } from "./drop-old-backups.ts";
import { type BackedUpTable, chainOf, emptyChain, type Manifest } from "./manifest.ts";
import { appliedMigrations, type Query, type ReadLimit, readRows, readShape, tableNames } from "./read-rows.ts";
import type { BackupSummary } from "./schemas.ts";
import { copiedTables, tablePolicies } from "./table-policies.ts";

export interface BackupDeps {
  readonly store: R2Bucket;
  readonly now: () => number;
  readonly log: Log;
  /** How much is in a chunk; the usual when absent. */
  readonly limit?: ReadLimit;
}

/** As rows, as text and packed, a chunk is in memory three times, in an isolate of 128 MB; the last row may bring 2 MB more. */
const usualLimit: ReadLimit = { rows: 5_000, characters: 4_000_000 };

const Progress = z.object({
  name: z.string(),
  rows: z.int(),
  chunks: z.int(),
  /** Hash of what is copied of it so far. */
  sha256: z.string(),
  /** Key of the last row that is copied; null before the first. */
  after: z.array(z.union([z.string(), z.number()])).nullable(),
  isCopied: z.boolean(),
});
type Progress = z.infer<typeof Progress>;

/** How far a backup came. Its chunks are not listed here: of a big database there are thousands, and this is written for each. */
const Checkpoint = z.object({ beganAt: z.int(), migrations: z.array(z.string()), tables: z.array(Progress) });
type Checkpoint = z.infer<typeof Checkpoint>;

interface Making extends BackupDeps {
  readonly id: string;
  readonly query: Query;
}

/**
 * The executor of `backup.make`: each slice copies one chunk into the bucket, the last one writes the manifest and then deletes old backups. A slice that
 * runs again overwrites its chunk with what it reads then, and goes on after that. The backup has the id of the job.
 */
export function makeBackupWith(deps: BackupDeps): JobExecutor<"backup.make"> {
  return async ({ db, jobId, input, checkpoint }) => {
    const making: Making = { ...deps, id: jobId, query: queryOf(db) };
    // Whoever runs the last slice again must not touch what is complete.
    const made = await findSummary(deps.store, jobId);
    if (made !== null) return end(making, made, input.keep);
    const reached = checkpoint === null ? await begin(making) : Checkpoint.parse(checkpoint);
    return (await copyNext(making, reached)) ?? end(making, await complete(making, reached), input.keep);
  };
}

const queryOf =
  (db: Database): Query =>
  (text) =>
    db.all(sql.raw(text));

async function begin({ now, query }: Making): Promise<Checkpoint> {
  const names = copiedTables(await tableNames(query));
  const none = { rows: 0, chunks: 0, sha256: emptyChain, after: null, isCopied: false };
  return { beganAt: now(), migrations: await appliedMigrations(query), tables: names.map((name) => ({ name, ...none })) };
}

/** Copies the next chunk there is, and passes over tables that have no more; null when all are copied. */
async function copyNext(making: Making, reached: Checkpoint): Promise<JobSlice | null> {
  const tables = [...reached.tables];
  for (const [at, table] of tables.entries()) {
    if (table.isCopied) continue;
    const shape = await readShape(making.query, table.name);
    const { rows, lines, last } = await readRows(making.query, shape, table.after, making.limit ?? usualLimit);
    if (last === null) {
      tables[at] = { ...table, isCopied: true };
      continue;
    }
    const number = table.chunks + 1;
    const rowsSha256 = await putChunk(making.store, making.id, { table: table.name, number }, { rows, lines });
    const sha256 = await chainOf(table.sha256, rowsSha256);
    tables[at] = { ...table, rows: table.rows + rows, chunks: number, sha256, after: keyOf(table.name, last) };
    return { done: false, progress: rows, checkpoint: { ...reached, tables } satisfies Checkpoint };
  }
  return null;
}

function keyOf(table: string, last: readonly Cell[]): (string | number)[] {
  return last.map((cell) => {
    if (typeof cell === "string" || typeof cell === "number") return cell;
    throw new AppError("internal", `The key of ${table} cannot be kept: it is neither text nor a number.`, { retryable: false });
  });
}

/** Writes the manifest, once all that it promises is found in the bucket. */
async function complete(making: Making, { beganAt, migrations, tables: copied }: Checkpoint): Promise<BackupSummary> {
  const { store, id, now, query } = making;
  if ((await appliedMigrations(query)).join() !== migrations.join())
    throw new AppError("conflict", "The database was migrated while the backup was made, so it would be half old and half new. Make another one.");
  const tables: BackedUpTable[] = [];
  for (const table of copied) tables.push(await checkTable(making, table));
  const leftOut = Object.entries(tablePolicies).flatMap(([name, why]) => (why === null ? [] : [[name, why] as const]));
  const manifest: Manifest = {
    v: 1,
    id,
    mentha: packageJson.version,
    beganAt,
    endedAt: now(),
    migrations,
    sequences: await readSequences(query),
    leftOut: Object.fromEntries(leftOut),
    tables,
  };
  const summary = summaryOf(manifest);
  await putManifest(store, manifest, summary);
  return summary;
}

/**
 * A table as its chunks in the bucket make it. A worker that was taken for dead may have written one again, with other rows: then its hash is another one.
 * @throws AppError not retryable
 */
async function checkTable({ store, id, query }: Making, { name, rows, chunks: count, sha256 }: Progress): Promise<BackedUpTable> {
  const chunks = await listChunks(store, id, name);
  let chain = emptyChain;
  for (const { rowsSha256 } of chunks) chain = await chainOf(chain, rowsSha256);
  if (chunks.length !== count || chain !== sha256)
    throw new AppError("internal", `What is in the bucket of ${name} is not what was copied. Make another backup.`, { retryable: false });
  const { columns, key } = await readShape(query, name);
  return { name, columns: [...columns], key: [...key], rows, sha256, chunks };
}

const Sequences = z.array(z.object({ name: z.string(), seq: z.int() }));

/** Up to where the database has counted; also what was deleted since counts. */
async function readSequences(query: Query): Promise<Record<string, number>> {
  const known = await query("SELECT name FROM sqlite_master WHERE name = 'sqlite_sequence'");
  if (known.length === 0) return {};
  const rows = Sequences.parse(await query("SELECT name, seq FROM sqlite_sequence WHERE name <> 'd1_migrations'"));
  return Object.fromEntries(rows.map(({ name, seq }) => [name, seq]));
}

function summaryOf({ id, mentha, beganAt, endedAt, tables }: Manifest): BackupSummary {
  const chunks = tables.flatMap((table) => table.chunks);
  const total = (of: readonly number[]) => of.reduce((sum, each) => sum + each, 0);
  return {
    id,
    mentha,
    beganAt,
    endedAt,
    tables: tables.length,
    rows: total(tables.map(({ rows }) => rows)),
    chunks: chunks.length,
    bytes: total(chunks.map(({ bytes }) => bytes)),
  };
}

async function end({ store, now, log }: Making, made: BackupSummary, keep: number | null): Promise<JobSlice> {
  if (keep !== null) await dropOldBackups(store, { keep, making: made.id, now: now(), log });
  return { done: true, progress: 0, checkpoint: made };
}
