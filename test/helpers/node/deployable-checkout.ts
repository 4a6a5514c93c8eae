import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../../local/paths.ts";

/** A copy of the checkout whose wrangler takes a folder for the Cloudflare account. */
export interface DeployableCheckout {
  /** The folder that stands for the account's data; Miniflare and wrangler read it. */
  readonly account: string;
  /** Runs npm in the checkout; `failing` names the wrangler command that is to fail. */
  npm(args: readonly string[], options?: { failing?: string }): Promise<NpmResult>;
  /** The arguments of every call of wrangler so far. */
  calls(): Promise<string[][]>;
  remove(): Promise<void>;
}

export interface NpmResult {
  readonly code: number;
  /** stdout, then stderr. */
  readonly output: string;
}

/** Runs npm in a folder and collects what it prints; never rejects for a command that fails. */
export function runNpm(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<NpmResult> {
  return new Promise((resolve) => {
    execFile("npm", [...args], { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
    });
  });
}

/** What wrangler.toml says in the copy. */
interface Settings {
  readonly databaseId: string;
  readonly publicUrl: string;
}

/** Only what the scripts of `local/` touch is copied; the rest is the checkout's own. */
export async function deployableCheckout({ databaseId, publicUrl }: Settings): Promise<DeployableCheckout> {
  const root = await mkdtemp(join(tmpdir(), "mentha-deploy-"));
  const account = join(root, "account");
  for (const name of ["local", "schemas"]) await cp(inRoot(name), join(root, name), { recursive: true });
  await cp(inRoot("package.json"), join(root, "package.json"));
  const settings = await readFile(inRoot("wrangler.toml"), "utf8");
  const own = settings.replace(/^database_id = ".*"$/m, `database_id = "${databaseId}"`).replace(/^PUBLIC_URL = ".*"$/m, `PUBLIC_URL = "${publicUrl}"`);
  await writeFile(join(root, "wrangler.toml"), own);
  for (const name of ["shared", "migrations", "workers", "durable-objects"]) await symlink(inRoot(name), join(root, name));
  await linkPackages(join(root, "node_modules"));
  await writeFile(join(root, "wrangler.mjs"), standIn(root, account));
  const wrangler = join(root, "node_modules", ".bin", "wrangler");
  await writeFile(wrangler, `#!/bin/sh\nexec node '${join(root, "wrangler.mjs")}' "$@"\n`);
  await chmod(wrangler, 0o755);
  return {
    account,
    npm: (args, { failing = "" } = {}) => runNpm(root, args, { FAILING: failing }),
    calls: async () => {
      const text = await readFile(join(root, "calls"), "utf8").catch(() => "");
      // The stand-in wrote one JSON array of strings a line.
      return text.split("\n").flatMap((line): string[][] => (line === "" ? [] : [JSON.parse(line)]));
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

async function linkPackages(target: string): Promise<void> {
  await mkdir(join(target, ".bin"), { recursive: true });
  const names = (await readdir(inRoot("node_modules"))).filter((name) => !name.startsWith("."));
  await Promise.all(names.map((name) => symlink(inRoot("node_modules", name), join(target, name))));
  await symlink(inRoot("node_modules", ".bin", "node"), join(target, ".bin", "node"));
}

/** Wrangler itself for the database, with a folder where it would ask Cloudflare; a deployment is only noted. */
function standIn(root: string, account: string): string {
  return `
    import { spawnSync } from "node:child_process";
    import { appendFileSync, mkdirSync } from "node:fs";
    const args = process.argv.slice(2);
    appendFileSync(${JSON.stringify(join(root, "calls"))}, JSON.stringify(args) + "\\n");
    if (process.env.FAILING && args.join(" ").startsWith(process.env.FAILING)) process.exit(1);
    if (args[0] === "deploy") {
      if (args.includes("--outdir")) mkdirSync(args[args.indexOf("--outdir") + 1], { recursive: true });
      process.exit(0);
    }
    const local = args.flatMap((arg) => (arg === "--remote" ? ["--local", "--persist-to", ${JSON.stringify(account)}] : [arg]));
    const wrangler = ${JSON.stringify(inRoot("node_modules", "wrangler", "bin", "wrangler.js"))};
    process.exit(spawnSync(process.execPath, [wrangler, ...local], { stdio: "inherit" }).status ?? 1);
  `;
}
