import { existsSync, mkdirSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import type { Manifest } from "../shared/backups/manifest.ts";
import { idPattern } from "../shared/platform/index.ts";
import { type BackupSource, bucketSource, folderSource, remoteSource } from "./backups/backup-source.ts";
import { compareTables, findRows, finishingStatements, insertBackup, type RestoredTable, requireMigrations } from "./backups/restore-backup.ts";
import { dryTarget, localTarget, type RestoreTarget, remoteTarget } from "./backups/restore-target.ts";
import { verifyBackup } from "./backups/verify-backup.ts";
import { build } from "./build.ts";
import { CannotContinue, requireOwnDatabase } from "./own-database.ts";
import { inRoot } from "./paths.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import { devVars } from "./secrets.ts";
import { sqlOn } from "./sql-text.ts";
import { takeState } from "./state-lock.ts";

const usage = `Usage: npm run restore -- --from FOLDER|ID [--state DIR | --remote] [--replace] [--dry-run] [--yes]

Puts the database back as it was in a backup. Every hash is checked before anything is written, and all rows are read back afterwards.

  --from FOLDER|ID  a folder with the files of a backup, or the id of one in the bucket
  --state DIR       the data of Mentha on this computer (.wrangler/state)
  --remote          the database and the bucket of your Cloudflare account
  --replace         also when the database is not empty: everything in it is lost
  --dry-run         with --remote: only verifies, writes the SQL to a folder and prints the commands
  --yes             asks nothing
`;

const flags = {
  from: { type: "string" },
  state: { type: "string" },
  remote: { type: "boolean", default: false },
  replace: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
  yes: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

interface Options {
  readonly from: string;
  readonly state: string;
  readonly isRemote: boolean;
  readonly isDry: boolean;
  readonly replaces: boolean;
  readonly asks: boolean;
}

const misused = (problem: string) => new CannotContinue(`${problem}\n\n${usage}`);

function readOptions(): Options | "help" {
  const { from, state, remote, replace, "dry-run": isDry, yes, help } = parsed();
  if (help) return "help";
  if (from === undefined || from === "") throw misused("Say which backup: --from with a folder or an id.");
  if (remote && state !== undefined) throw misused("Choose --remote or --state, not both.");
  if (isDry && !remote) throw misused("--dry-run goes with --remote.");
  return { from, state: resolve(state ?? inRoot(".wrangler", "state")), isRemote: remote, isDry, replaces: replace, asks: !yes && !isDry };
}

function parsed() {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    throw misused(error instanceof Error ? error.message : String(error));
  }
}

/** Where the backup is read and where it goes to. */
interface Ways {
  readonly source: BackupSource;
  readonly target: RestoreTarget;
  readonly shown: string;
  close(): Promise<void>;
}

async function openRemote({ from, isDry }: Options): Promise<Ways> {
  if (!isDry) await requireOwnDatabase();
  const source = sourceOf(from, remoteSource);
  const folder = isDry ? await mkdtemp(join(tmpdir(), "mentha-restore-")) : "";
  const target = isDry ? dryTarget(folder, (line) => console.log(line)) : remoteTarget();
  return { source, target, shown: "the database of your Cloudflare account", close: async () => {} };
}

async function openLocal({ from, state }: Options): Promise<Ways> {
  mkdirSync(state, { recursive: true });
  const owner = takeState(state);
  if (owner !== undefined) throw new CannotContinue(`Mentha is running on this data (process ${owner}). Stop it first.`);
  const runtime = await startOn(state);
  return {
    source: sourceOf(from, (id) => bucketSource(runtime.bucket, id)),
    target: localTarget(sqlOn(runtime.database)),
    shown: `the database in ${state}`,
    close: () => runtime.close(),
  };
}

async function startOn(state: string): Promise<Runtime> {
  await build({ onStart: () => console.log("Building the Worker; this takes a few seconds …") });
  const vars = { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", ...(await devVars()) };
  // Its crons are not started: nothing is to be done with what is only half there.
  return startRuntime({ port: 0, vars, persistTo: join(state, "v3"), onLog: () => {} });
}

function sourceOf(from: string, inBucket: (id: string) => BackupSource): BackupSource {
  if (idPattern("job").test(from)) return inBucket(from);
  if (existsSync(from)) return folderSource(resolve(from));
  throw new CannotContinue(`There is no folder ${from}, and it is not the id of a backup, such as job_01k9z8q5v0c3r7t2m4n6p8s1w5.`);
}

async function restore(options: Options, { source, target, shown }: Ways): Promise<void> {
  const startedAt = Date.now();
  const manifest = await verifyBackup(source);
  await requireMigrations(manifest);
  console.log(`The backup ${source.shown} of ${new Date(manifest.endedAt).toISOString()} is complete, and every hash is right.`);
  await requireEmpty(options, target, shown);
  await insertBackup(source, manifest, target);
  if (!options.isDry) requireSame(await compareTables(manifest, target));
  await target.write(finishingStatements(manifest, Date.now()), "finish");
  console.log(options.isDry ? "\nNothing was done. These commands would restore the backup." : doneText(manifest, Date.now() - startedAt));
}

async function requireEmpty({ replaces, asks }: Options, target: RestoreTarget, shown: string): Promise<void> {
  const filled = await findRows(target);
  if (filled === undefined) return;
  if (!replaces) throw new CannotContinue(`There are rows in ${shown} already, in the table ${filled}. To replace all of them by the backup, add --replace.`);
  if (asks && !(await agrees(`Everything in ${shown} will be lost. Type "replace" to go on: `))) throw new CannotContinue("Nothing was changed.");
}

async function agrees(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CannotContinue("There is nobody to ask here. Add --yes if everything in the database may be lost.");
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim() === "replace";
  } finally {
    terminal.close();
  }
}

function requireSame(tables: readonly RestoredTable[]): void {
  const width = Math.max(...tables.map(({ name }) => name.length));
  for (const { name, expected, rows, isSame } of tables)
    console.log(
      `${name.padEnd(width)}  ${String(expected).padStart(9)} rows in the backup  ${String(rows).padStart(9)} restored  ${isSame ? "same" : "DIFFERENT"}`,
    );
  const different = tables.filter(({ isSame }) => !isSame).map(({ name }) => name);
  if (different.length === 0) return;
  throw new CannotContinue(`What is in the database now is not what is in the backup: ${different.join(", ")}. Do not use it; restore again with --replace.`);
}

function doneText({ beganAt, migrations }: Manifest, ms: number): string {
  const lines = [
    `Restored in ${(ms / 1_000).toFixed(1)} s: all rows were read back and are the same.`,
    `What was written after ${new Date(beganAt).toISOString()} is lost, or may be. Whoever was signed in signs in again.`,
    `The database is as after the migration ${migrations.at(-1) ?? "(none)"}: npm start, or npm run deploy, applies those that came later.`,
  ];
  return `\n${lines.join("\n")}`;
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options === "help") return console.log(usage);
  const ways = await (options.isRemote ? openRemote(options) : openLocal(options));
  try {
    await restore(options, ways);
  } finally {
    await ways.close();
  }
}

await main().catch((error: unknown) => {
  console.error(error instanceof CannotContinue ? `\n${error.message}\n` : error);
  // Not process.exit: to end while the engine still compiles in the background has been seen to hang.
  process.exitCode = 1;
});
