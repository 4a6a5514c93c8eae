import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Query } from "../../shared/backups/read-rows.ts";
import { CannotContinue } from "../own-database.ts";
import type { RunSql } from "../sql-text.ts";
import { throughWrangler } from "../through-wrangler.ts";
import { runTool } from "../tools.ts";

/** The database that a backup is restored to. */
export interface RestoreTarget {
  readonly query: Query;
  /** Runs statements in their order; `what` names them, in a word that can be part of a file's name. */
  write(statements: readonly string[], what: string): Promise<void>;
}

/** So much text goes into one batch. */
const batchCharacters = 4_000_000;

/** A database on this computer. */
export function localTarget(run: RunSql): RestoreTarget {
  return {
    query: async (text) => (await run([text]))[0] ?? [],
    write: async (statements) => {
      for (const batch of batchesOf(statements)) await run(batch);
    },
  };
}

function batchesOf(statements: readonly string[]): string[][] {
  const batches: string[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const statement of statements) {
    if (size + statement.length > batchCharacters) {
      batches.push([]);
      size = 0;
    }
    batches.at(-1)?.push(statement);
    size += statement.length;
  }
  return batches;
}

/** The database of the Cloudflare account, which is written by files: that is how wrangler takes more than a command line holds. */
export function remoteTarget(): RestoreTarget {
  const run = throughWrangler(["--remote"]);
  return {
    query: async (text) => (await run([text]))[0] ?? [],
    write: async (statements, what) => {
      const folder = await mkdtemp(join(tmpdir(), "mentha-restore-"));
      try {
        const file = join(folder, `${what}.sql`);
        await writeFile(file, fileOf(statements));
        const { code, output } = await runTool("wrangler", remoteExecute(file));
        if (code !== 0) throw new CannotContinue(`wrangler could not write ${what}:\n\n${output.trim()}`);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Nothing is done: the files are left in a folder, and the commands that would be run are said. */
export function dryTarget(folder: string, say: (line: string) => void): RestoreTarget {
  let files = 0;
  return {
    query: async () => [],
    write: async (statements, what) => {
      files += 1;
      const file = join(folder, `${String(files).padStart(4, "0")}-${what}.sql`);
      await writeFile(file, fileOf(statements));
      say(`npx wrangler ${remoteExecute(file).join(" ")}`);
    },
  };
}

const fileOf = (statements: readonly string[]): string => statements.map((statement) => `${statement.replace(/;?\s*$/, "")};\n`).join("");
const remoteExecute = (file: string): string[] => ["d1", "execute", "DB", "--remote", "--yes", "--file", file];
