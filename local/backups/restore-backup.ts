import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { type Cell, cellsOf, literalOf, quoteName } from "../../shared/backups/cells.ts";
import { type BackedUpTable, chainOf, emptyChain, type Manifest } from "../../shared/backups/manifest.ts";
import { readRows, tableNames } from "../../shared/backups/read-rows.ts";
import { migrationStatements } from "../migrate.ts";
import { CannotContinue } from "../own-database.ts";
import { inRoot } from "../paths.ts";
import type { BackupSource } from "./backup-source.ts";
import { insertsOf } from "./insert-rows.ts";
import type { RestoreTarget } from "./restore-target.ts";
import { readLines } from "./verify-backup.ts";

/** What became of a table. */
export interface RestoredTable {
  readonly name: string;
  /** Of the backup. */
  readonly expected: number;
  /** Read back from the database. */
  readonly rows: number;
  /** Whether what was read back is the same, byte by byte. */
  readonly isSame: boolean;
}

/** @throws CannotContinue when this checkout lacks a migration that the database had seen */
export async function requireMigrations({ migrations, mentha }: Manifest): Promise<void> {
  const known = new Set(await readdir(inRoot("migrations")));
  const missing = migrations.find((name) => !known.has(name));
  if (missing === undefined) return;
  throw new CannotContinue(
    `This backup was made by Mentha ${mentha}, whose database has the migration ${missing}, which is not in this checkout. Restore it with that release.`,
  );
}

/** The name of a table that has rows; undefined when there is none. */
export async function findRows({ query }: RestoreTarget): Promise<string | undefined> {
  for (const name of await tableNames(query)) if ((await query(`SELECT 1 FROM ${quoteName(name)} LIMIT 1`)).length > 0) return name;
  return undefined;
}

/** Removes every table, makes those that the backup knows and inserts its rows. The backup is verified already. */
export async function insertBackup(source: BackupSource, manifest: Manifest, target: RestoreTarget): Promise<void> {
  const old = [...(await tableNames(target.query)), "d1_migrations"];
  await target.write(
    old.map((name) => `DROP TABLE IF EXISTS ${quoteName(name)}`),
    "drop-tables",
  );
  for (const name of manifest.migrations) await target.write(await migrationStatements(name), name.replace(/\.sql$/, ""));
  for (const table of manifest.tables) await insertTable(source, table, target);
  const sequences = Object.entries(manifest.sequences).flatMap(([name, seq]) => sequenceStatements(name, seq));
  if (sequences.length > 0) await target.write(sequences, "sequences");
}

async function insertTable(source: BackupSource, { name, columns, key, chunks }: BackedUpTable, target: RestoreTarget): Promise<void> {
  for (const [at, chunk] of chunks.entries()) {
    const rows = (await readLines(source, chunk)).map(cellsOf);
    await target.write(insertsOf({ table: name, columns, key }, rows), `${name}-${at + 1}`);
  }
}

/** What the database gave out as a number once is not given out again, also when that row is gone. */
const sequenceStatements = (name: string, seq: number): string[] => [
  `INSERT INTO sqlite_sequence (name, seq) SELECT ${literalOf(name)}, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ${literalOf(name)})`,
  `UPDATE sqlite_sequence SET seq = ${seq} WHERE name = ${literalOf(name)} AND seq < ${seq}`,
];

/** Reads every table back, in the portions of the backup, and says what is there and whether it is the same. */
export async function compareTables({ tables }: Manifest, { query }: RestoreTarget): Promise<RestoredTable[]> {
  const compared: RestoredTable[] = [];
  for (const { name, columns, key, rows: expected, sha256, chunks } of tables) {
    let chain = emptyChain;
    let rows = 0;
    let after: readonly Cell[] | null = null;
    // One row more than there should be would be found after the last portion.
    for (const limit of [...chunks.map((chunk) => chunk.rows), 1]) {
      const read = await readRows(query, { name, columns, key }, after, { rows: limit });
      if (read.last === null) break;
      chain = await chainOf(chain, createHash("sha256").update(read.lines).digest("hex"));
      rows += read.rows;
      after = read.last;
    }
    compared.push({ name, expected, rows, isSame: rows === expected && chain === sha256 });
  }
  return compared;
}

/**
 * What is done once all is there. The job that made the backup would go on with it, over what is in the bucket. And what was deleted while the backup
 * was made may be in it nevertheless: that is deleted again.
 */
export function finishingStatements({ beganAt }: Manifest, now: number): string[] {
  const failed = `state = 'failed', lease_until = NULL, error = 'The database was restored from a backup that was made at this time.'`;
  const again = `state = 'queued', failures = 0, lease_until = NULL, due_at = ${now}`;
  return [
    `UPDATE jobs SET ${failed} WHERE type = 'backup.make' AND state IN ('queued', 'running')`,
    `UPDATE jobs SET ${again} WHERE (type LIKE '%.erase' OR type LIKE '%.purge') AND state = 'succeeded' AND updated_at >= ${beganAt}`,
  ];
}
