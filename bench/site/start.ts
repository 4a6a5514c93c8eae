import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { PageSize } from "./page.ts";

export interface BenchSites extends AsyncDisposable {
  /** Addresses of the start pages, one for each site. */
  readonly urls: readonly string[];
}

interface SiteOptions {
  readonly sites?: number;
  /** Of each site. */
  readonly pages: number;
  readonly delayMs?: number;
  readonly size?: PageSize;
}

/** Serves `sites` sites of `pages` pages each on ports of this computer, from another process; each answer takes `delayMs`. */
export async function startSites({ sites = 1, pages, delayMs = 0, size = "small" }: SiteOptions): Promise<BenchSites> {
  const child = fork(join(import.meta.dirname, "server.ts"), [sites, pages, delayMs, size].map(String));
  const [ports]: unknown[] = await once(child, "message");
  if (!Array.isArray(ports)) throw new Error("The server of the benchmark's site did not say its ports.");
  return {
    urls: ports.map((port) => `http://127.0.0.1:${Number(port)}/`),
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await once(child, "exit");
    },
  };
}
