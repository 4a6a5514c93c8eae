import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CannotContinue } from "../own-database.ts";
import { inRoot } from "../paths.ts";
import type { Runtime } from "../runtime.ts";
import { runTool } from "../tools.ts";

/** Where the files of one backup are. */
export interface BackupSource {
  /** What people call it. */
  readonly shown: string;
  /** A file by its name in the backup; undefined when it is not there. */
  read(name: string): Promise<Uint8Array | undefined>;
}

/** A folder on this computer with the files of a backup in it. */
export function folderSource(folder: string): BackupSource {
  return { shown: folder, read: (name) => readOrNothing(join(folder, name)) };
}

/** A backup in the bucket of an installation on this computer. */
export function bucketSource(bucket: Runtime["bucket"], id: string): BackupSource {
  return {
    shown: `backups/${id}`,
    read: async (name) => {
      const found = await bucket.get(`backups/${id}/${name}`);
      return found === null ? undefined : new Uint8Array(await found.arrayBuffer());
    },
  };
}

/** A backup in the bucket of the Cloudflare account. */
export function remoteSource(id: string): BackupSource {
  return {
    shown: `backups/${id}`,
    read: async (name) => {
      const folder = await mkdtemp(join(tmpdir(), "mentha-backup-"));
      try {
        const file = join(folder, "file");
        const { code, output } = await runTool("wrangler", await remoteGet(id, name, file));
        if (code === 0) return await readFile(file);
        if (/does not exist|not found|404/i.test(output)) return undefined;
        throw new CannotContinue(`wrangler could not read the bucket:\n\n${output.trim()}`);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** What wrangler is told so that it writes a file of a backup to `file`. */
async function remoteGet(id: string, name: string, file: string): Promise<string[]> {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  const { r2_buckets: buckets } = readConfig({ config: inRoot("wrangler.toml") }, { hideWarnings: true });
  const bucket: unknown = buckets.find(({ binding }: { binding: string }) => binding === "STORE")?.bucket_name;
  if (typeof bucket !== "string") throw new CannotContinue("wrangler.toml names no bucket as STORE, so there is nowhere to look for backups.");
  return ["r2", "object", "get", `${bucket}/backups/${id}/${name}`, "--remote", "--file", file];
}

async function readOrNothing(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}
