import { readFile } from "node:fs/promises";
import type { V4WorkerOptionsShape } from "miniflare";
import { inRoot } from "./paths.ts";

/**
 * What wrangler.toml says, as Miniflare wants it. It is worked out once, when the Worker is built,
 * because loading wrangler takes longer than starting the Worker.
 */
export interface Settings {
  readonly name: string;
  readonly vars: Readonly<Record<string, string>>;
  readonly crons: readonly string[];
  readonly options: V4WorkerOptionsShape;
}

/** Needs `build()` first. */
export async function readSettings(): Promise<Settings> {
  // `build` wrote it, in this very shape.
  const settings: Settings = JSON.parse(await readFile(inRoot("dist", "worker", "settings.json"), "utf8"));
  return settings;
}
