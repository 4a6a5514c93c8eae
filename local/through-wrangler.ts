import { z } from "zod";
import { CannotContinue } from "./own-database.ts";
import type { RunSql } from "./sql-text.ts";
import { runTool } from "./tools.ts";

const Answer = z.array(z.object({ results: z.array(z.unknown()) }));

/**
 * Runs SQL where wrangler's options say. `--command` and not `--file`: wrangler takes a file for an import, during which a deployed
 * database answers nobody, and no file is left to clean up.
 */
export function throughWrangler(target: readonly string[]): RunSql {
  return async (statements) => {
    const args = ["d1", "execute", "DB", ...target, "--json", "--yes", "--command", statements.join(";\n")];
    // At a quieter level wrangler keeps the answer to itself.
    const { code, output, stdout } = await runTool("wrangler", args, { env: { WRANGLER_LOG: "log" } });
    if (/no such table/.test(output))
      throw new CannotContinue(`The database has no tables yet. Make them: npx wrangler d1 migrations apply DB ${target.join(" ")}`);
    if (code !== 0) throw new CannotContinue(`wrangler could not use the database:\n\n${output.trim()}`);
    return Answer.parse(JSON.parse(stdout)).map(({ results }) => results);
  };
}
