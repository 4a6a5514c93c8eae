import { createHash } from "node:crypto";
import { cp, glob, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { strictTransportSecurity } from "../workers/api/middleware/secure-headers.ts";
import { bundleAccountPages } from "./account-pages.ts";
import { inRoot, root } from "./paths.ts";
import type { Settings } from "./settings.ts";
import { runTool } from "./tools.ts";

const inputs = [
  "workers/**/*",
  "durable-objects/**/*",
  "shared/**/*",
  "schemas/*",
  "migrations/**/*",
  "wrangler.toml",
  "package-lock.json",
  "local/{account-pages,build}.ts",
];

/** Swagger UI is served by us, so that /docs works offline and under a strict Content-Security-Policy. */
const docsFiles = ["swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css"];

const fontNames = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"];

/**
 * The platform serves these files before the Worker is asked, so the Worker's headers are not on them: what they need of those is said here once
 * more. Their names stay the same from version to version, hence a day and no longer (developers.cloudflare.com/workers/static-assets/headers); those of
 * our own pages must fit the page that names them, and are asked for each time.
 */
const assetHeaders = `/*
  X-Content-Type-Options: nosniff
  Strict-Transport-Security: ${strictTransportSecurity}
  Content-Security-Policy: frame-ancestors 'none'
  Cache-Control: public, max-age=86400
/account/*
  ! Cache-Control
  Cache-Control: no-cache
`;

const stampFile = inRoot("dist", "worker", "inputs.sha256");

/** The code does not compile; the message is wrangler's own. */
export class BuildError extends Error {}

/**
 * Bundles the Worker into `dist/worker` and its static files into `dist/assets`, unless they are up to date.
 * Throws `BuildError`.
 */
export async function build({ onStart = () => {} }: { onStart?: () => void } = {}): Promise<void> {
  const stamp = await hashOfInputs();
  if ((await readStamp()) === stamp) return;
  onStart();
  await writeAssets();
  // Built aside and moved into place: a build that is interrupted, or runs twice at once, leaves no half of a Worker.
  const outdir = inRoot("dist", `worker.${process.pid}`);
  try {
    await bundle(outdir);
    await writeFile(join(outdir, "settings.json"), JSON.stringify(await settingsOfWrangler(), plainOnly));
    await writeFile(join(outdir, "inputs.sha256"), stamp);
    await replaceFolder(dirname(stampFile), outdir);
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

async function replaceFolder(target: string, source: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await rename(source, target).catch(async (cause: unknown) => {
    // Another process that built the same may have been faster by a moment.
    if ((await readStamp()) !== (await readFile(join(source, "inputs.sha256"), "utf8"))) throw cause;
  });
}

/** Bundles a Worker into a folder: the product's own, unless more arguments for wrangler say otherwise. Throws `BuildError`. */
export async function bundle(outdir: string, args: readonly string[] = []): Promise<void> {
  const { code, output } = await runTool("wrangler", ["deploy", ...args, "--dry-run", "--outdir", outdir]);
  if (code !== 0) throw new BuildError(`The Worker could not be built.\n\n${output.trim()}`);
}

async function writeAssets(): Promise<void> {
  const assets = inRoot("dist", "assets");
  await mkdir(join(assets, "docs"), { recursive: true });
  await Promise.all(docsFiles.map((name) => cp(inRoot("node_modules", "swagger-ui-dist", name), join(assets, "docs", name))));
  // Editors read the schemas of the command line's files where a file names them.
  await cp(inRoot("schemas"), join(assets, "schemas"), { recursive: true });
  // What documents are drawn with; its licence goes with it.
  await mkdir(join(assets, "fonts"), { recursive: true });
  const fonts = inRoot("node_modules", "dejavu-fonts-ttf");
  await Promise.all(fontNames.map((name) => cp(join(fonts, "ttf", name), join(assets, "fonts", name))));
  await cp(join(fonts, "LICENSE"), join(assets, "fonts", "LICENSE.txt"));
  await bundleAccountPages(join(assets, "account"));
  await writeFile(join(assets, "_headers"), assetHeaders);
}

/** Wrangler reads its own file: bindings, queues and objects are written nowhere else. */
async function settingsOfWrangler(): Promise<Settings> {
  // It would warn that secrets are not set; they are made when the Worker starts.
  process.env.WRANGLER_LOG ??= "error";
  const { unstable_readConfig: readConfig, unstable_getMiniflareWorkerOptions: miniflareOptions } = await import("wrangler");
  const config = readConfig({ config: inRoot("wrangler.toml") });
  const { workerOptions } = miniflareOptions(config);
  // Variables are added when the Worker starts: here they would also hold what .dev.vars says at this moment.
  const { bindings: _, modulesRules: __, ...options } = workerOptions;
  return { name: config.name ?? "mentha", vars: stringVars(config.vars), crons: config.triggers.crons ?? [], options };
}

function stringVars(vars: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(vars).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]));
}

/** JSON would drop a function without a word, and the binding that needed it. */
function plainOnly(name: string, value: unknown): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw new Error(`local/build.ts cannot store the setting "${name}": it is code.`);
  return value;
}

async function hashOfInputs(): Promise<string> {
  const hash = createHash("sha256").update(root);
  const names: string[] = [];
  for await (const name of glob(inputs, { cwd: root })) names.push(name);
  for (const name of names.sort()) {
    if ((await stat(inRoot(name))).isFile()) hash.update(`\0${name}\0`).update(await readFile(inRoot(name)));
  }
  return hash.digest("hex");
}

async function readStamp(): Promise<string | undefined> {
  return readFile(stampFile, "utf8").catch(() => undefined);
}

if (import.meta.main) {
  try {
    await build({ onStart: () => console.log("Building the Worker …") });
    console.log("The Worker is built: dist/worker, dist/assets.");
  } catch (error) {
    console.error(error instanceof BuildError ? error.message : error);
    process.exit(1);
  }
}
