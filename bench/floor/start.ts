import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { bundle } from "../../local/build.ts";
import { inRoot } from "../../local/paths.ts";
import { readSettings } from "../../local/settings.ts";

export interface Floor extends AsyncDisposable {
  /** Milliseconds it takes to fetch all of these in one invocation with six connections, and to parse them if `parses`. */
  time(urls: readonly string[], options: { parses: boolean }): Promise<number>;
  /** Has `count` requests with this body sent by a consumer of a queue; answers once all are in the queue. */
  post(url: string, body: string, count: number): Promise<void>;
}

/** The Worker that does nothing but fetch (and parse), in a runtime like the one that Mentha runs in. */
export async function startFloor(): Promise<Floor> {
  const outdir = inRoot("dist", "bench-floor");
  await bundle(outdir, ["--config", "bench/floor/wrangler.toml"]);
  const { compatibilityDate = "", compatibilityFlags = [] } = (await readSettings()).options;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: "floor",
      compatibilityDate,
      compatibilityFlags,
      modules: [{ type: "ESModule", path: `${outdir}/worker.js` }],
      modulesRoot: outdir,
      queueProducers: { POSTS: "posts" },
      // As many requests in a batch as a batch of deliveries may hold.
      queueConsumers: { posts: { maxBatchSize: 20, maxBatchTimeout: 0 } },
      cf: false,
      log: new Log(LogLevel.WARN),
    }),
  );
  const { origin } = await miniflare.ready;
  return {
    async time(urls, { parses }) {
      const start = performance.now();
      const response = await fetch(`${origin}/${parses ? "?parse=1" : ""}`, { method: "POST", body: JSON.stringify(urls) });
      if (!response.ok) throw new Error(`The floor's Worker failed: ${await response.text()}`);
      await response.arrayBuffer();
      return performance.now() - start;
    },
    async post(url, body, count) {
      const response = await fetch(origin, { method: "PUT", body: JSON.stringify({ url, body, count }) });
      if (!response.ok) throw new Error(`The floor's Worker failed: ${await response.text()}`);
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}
