import { mkdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { manifestName } from "../shared/backups/manifest.ts";
import { installationId } from "../shared/db/client.ts";
import { jobs } from "../shared/db/schema/platform.ts";
import { newId } from "../shared/platform/index.ts";
import { type BackupSource, bucketSource, remoteSource } from "./backups/backup-source.ts";
import { verifyBackup } from "./backups/verify-backup.ts";
import { build } from "./build.ts";
import { migrate } from "./migrate.ts";
import { CannotContinue, requireOwnDatabase } from "./own-database.ts";
import { inRoot } from "./paths.ts";
import { startRuntime } from "./runtime.ts";
import { devVars } from "./secrets.ts";
import { builder, type RunSql, sqlOn, textOf } from "./sql-text.ts";
import { takeState } from "./state-lock.ts";
import { throughWrangler } from "./through-wrangler.ts";

const usage = `Usage: npm run backup [-- [--state DIR | --remote] [--to FOLDER]]

Copies the database into the bucket, as the schedule "backup" does every night, and waits until that is done.

  --state DIR  the data of Mentha on this computer (.wrangler/state); stop it first, or ask it: POST /api/admin/backups
  --remote     the deployed Mentha of your Cloudflare account, whose cron makes the backup within minutes
  --to FOLDER  also copies the backup into a folder on this computer, and checks every hash there
`;

interface Options {
  readonly state: string;
  readonly isRemote: boolean;
  readonly to: string | undefined;
}

const flags = {
  state: { type: "string" },
  remote: { type: "boolean", default: false },
  to: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

const misused = (problem: string) => new CannotContinue(`${problem}\n\n${usage}`);

function readOptions(): Options | "help" {
  const { state, remote, to, help } = parsed();
  if (help) return "help";
  if (remote && state !== undefined) throw misused("Choose --remote or --state, not both.");
  return { state: resolve(state ?? inRoot(".wrangler", "state")), isRemote: remote, to: to === undefined ? undefined : resolve(to) };
}

function parsed() {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw misused(error instanceof Error ? error.message : String(error));
  }
}

/** How long a backup may take before nobody waits for it any more; it goes on all the same. */
const patienceMs = 60 * 60_000;

/** Asks for a backup with a row, which the cron finds, and waits for the end of it. */
async function makeBackup(run: RunSql, pauseMs: number): Promise<string> {
  const now = Date.now();
  const id = newId("job", now);
  const times = { dueAt: now, createdAt: now, updatedAt: now };
  await run([textOf(builder.insert(jobs).values({ id, workspaceId: installationId, type: "backup.make", state: "queued", input: { keep: null }, ...times }))]);
  while (Date.now() < now + patienceMs) {
    await sleep(pauseMs);
    const [[found] = []] = await run([`SELECT state, error FROM jobs WHERE id = '${id}'`]);
    const { state, error } = Job.parse(found);
    if (state === "succeeded") return id;
    if (state === "failed") throw new CannotContinue(`The backup failed: ${error}`);
  }
  throw new CannotContinue(`The backup ${id} is not done after an hour. Look at it with GET /api/admin/backups/${id}.`);
}

const Job = z.object({ state: z.string(), error: z.string().nullable() });

async function backUpRemote({ to }: Options): Promise<void> {
  await requireOwnDatabase();
  const id = await makeBackup(throughWrangler(["--remote"]), 5_000);
  await finish(id, remoteSource(id), to);
}

async function backUpLocal({ state, to }: Options): Promise<void> {
  mkdirSync(state, { recursive: true });
  const owner = takeState(state);
  if (owner !== undefined)
    throw new CannotContinue(`Mentha is running on this data (process ${owner}). Stop it first, or ask it with an operator's key: POST /api/admin/backups`);
  await build({ onStart: () => console.log("Building the Worker; this takes a few seconds …") });
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", ...(await devVars()) };
  const runtime = await startRuntime({ port: 0, vars, persistTo: join(state, "v3"), onLog: () => {} });
  try {
    await migrate(runtime.database);
    const asked = makeBackup(sqlOn(runtime.database), 200);
    // At once: the row is there before the cron is.
    await sleep(500);
    runtime.startCrons();
    const id = await asked;
    await finish(id, bucketSource(runtime.bucket, id), to);
  } finally {
    await runtime.close();
  }
}

async function finish(id: string, source: BackupSource, to: string | undefined): Promise<void> {
  const manifest = await verifyBackup(source);
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  console.log(`The backup ${id} is complete: ${rows} rows of ${manifest.tables.length} tables, in ${seconds(manifest.endedAt - manifest.beganAt)}.`);
  if (to !== undefined) {
    const folder = join(to, id);
    const names = manifest.tables.flatMap((table) => table.chunks.map(({ name }) => name));
    // The manifest comes last, as it was written: a copy without one is none.
    for (const name of [...names, manifestName]) await copy(source, name, folder);
    console.log(`It is also in ${folder}.`);
  }
  console.log(`To restore it: npm run restore -- --from ${id}`);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

async function copy({ shown, read }: BackupSource, name: string, folder: string): Promise<void> {
  const file = await read(name);
  if (file === undefined) throw new CannotContinue(`${shown} is incomplete: ${name} is missing.`);
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), file);
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === "help") return console.log(usage);
  await (options.isRemote ? backUpRemote(options) : backUpLocal(options));
}

await main().catch((error: unknown) => {
  console.error(error instanceof CannotContinue ? `\n${error.message}\n` : error);
  // Not process.exit: to end while the engine still compiles in the background has been seen to hang.
  process.exitCode = 1;
});
