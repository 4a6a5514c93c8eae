import { randomBytes } from "node:crypto";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import { inRoot } from "./paths.ts";

/** What the Worker needs and nobody should have to choose. */
export function newSecrets(): Record<string, string> {
  const key = () => randomBytes(32).toString("base64");
  return { ENCRYPTION_KEY: key(), SIGNING_KEYS: `k1:${key()}` };
}

/**
 * The development secrets of `.dev.vars`, which wrangler reads too. Missing ones are made and added;
 * lines that somebody wrote stay as they are and win.
 */
export async function devVars(file = inRoot(".dev.vars")): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "# Secrets of this checkout, for development only. Not in Git; lose them and stored secrets cannot be read.\n";
    throw error;
  });
  const vars: Record<string, string> = {};
  for (const [name, value] of Object.entries(parseEnv(text))) if (value !== undefined) vars[name] = value;
  const missing = Object.entries(newSecrets()).filter(([name]) => vars[name] === undefined);
  if (missing.length === 0) return vars;
  const lines = missing.map(([name, value]) => `${name}="${value}"\n`).join("");
  await writeFile(file, `${text}${text.endsWith("\n") ? "" : "\n"}${lines}`, { mode: 0o600 });
  await chmod(file, 0o600);
  return { ...vars, ...Object.fromEntries(missing) };
}
