import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { type BackedUpTable, type Chunk, chainOf, emptyChain, Manifest, manifestName } from "../../shared/backups/manifest.ts";
import { CannotContinue } from "../own-database.ts";
import type { BackupSource } from "./backup-source.ts";

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Reads the manifest and every file that it names, and compares all hashes. @throws CannotContinue when anything is not as it was written */
export async function verifyBackup(source: BackupSource): Promise<Manifest> {
  const manifest = await readManifest(source);
  for (const table of manifest.tables) await verifyTable(source, table);
  return manifest;
}

async function readManifest({ shown, read }: BackupSource): Promise<Manifest> {
  const file = await read(manifestName);
  if (file === undefined) throw new CannotContinue(`${shown} has no ${manifestName}, so it is no backup, or one that was never finished.`);
  try {
    return Manifest.parse(JSON.parse(new TextDecoder().decode(file)));
  } catch (cause) {
    throw new CannotContinue(`The ${manifestName} of ${shown} cannot be read: it is damaged, or of another release of Mentha.`, { cause });
  }
}

async function verifyTable(source: BackupSource, { name, rows, sha256: expected, chunks }: BackedUpTable): Promise<void> {
  let chain = emptyChain;
  let count = 0;
  for (const chunk of chunks) {
    await readLines(source, chunk);
    chain = await chainOf(chain, chunk.rowsSha256);
    count += chunk.rows;
  }
  if (chain !== expected || count !== rows)
    throw new CannotContinue(`The ${manifestName} of ${source.shown} contradicts itself about the table ${name}: it was changed after the backup was made.`);
}

/** The lines of a chunk, one for each row. @throws CannotContinue when it is not as the manifest says */
export async function readLines({ shown, read }: BackupSource, chunk: Chunk): Promise<string[]> {
  const file = await read(chunk.name);
  if (file === undefined) throw new CannotContinue(`${shown} is incomplete: ${chunk.name} is missing.`);
  if (file.length !== chunk.bytes || sha256(file) !== chunk.sha256)
    throw new CannotContinue(`${shown} is damaged: ${chunk.name} is not what was written when the backup was made.`);
  const text = gunzipSync(file).toString();
  const lines = text.split("\n").slice(0, -1);
  if (sha256(text) !== chunk.rowsSha256 || lines.length !== chunk.rows)
    throw new CannotContinue(`${shown} is damaged: the rows in ${chunk.name} are not those that the manifest tells of.`);
  return lines;
}
