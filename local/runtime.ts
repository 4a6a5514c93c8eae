import { dirname } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { requireConfig } from "./config.ts";
import { uncaughtError } from "./log-lines.ts";
import { inRoot } from "./paths.ts";
import { readSettings } from "./settings.ts";

export interface RuntimeOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Variables and secrets, over those of wrangler.toml. */
  readonly vars: Readonly<Record<string, string>>;
  /** Folder for the database, objects and files; absent, they live as long as the process. */
  readonly persistTo?: string;
  /** The bundled script to run; the product's own when absent. */
  readonly script?: string;
  /** Where the runtime's inspector listens; it has none when absent. */
  readonly inspectorPort?: number;
  /** Every line that the Worker logs, and every error that it does not catch. */
  readonly onLog: (level: string, message: string) => void;
}

export interface Runtime {
  readonly url: string;
  readonly database: Awaited<ReturnType<Miniflare["getD1Database"]>>;
  readonly bucket: Awaited<ReturnType<Miniflare["getR2Bucket"]>>;
  /** Runs the Worker's crons every minute from now on, and once at once. */
  startCrons(): void;
  close(): Promise<void>;
}

/**
 * The built Worker on this machine: the same script and the same settings as on Cloudflare, with real SQLite.
 * Needs `build()` first. Throws `ConfigError`, before anything runs, for variables that the Worker would not run with, and when the port is
 * taken or the Worker does not start.
 */
export async function startRuntime({
  port,
  vars,
  persistTo,
  script = inRoot("dist", "worker", "index.js"),
  inspectorPort,
  onLog,
}: RuntimeOptions): Promise<Runtime> {
  const settings = await readSettings();
  const bindings = { ...settings.vars, ...vars };
  requireConfig(bindings);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...settings.options,
      name: settings.name,
      modules: [{ type: "ESModule", path: script }],
      modulesRoot: dirname(script),
      bindings,
      host: "127.0.0.1",
      port,
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
      ...(persistTo === undefined ? {} : { resourcePersistencePath: persistTo }),
      // Without this Miniflare asks Cloudflare for a sample `request.cf` over the network.
      cf: false,
      log: new Log(LogLevel.WARN),
      // Only a verbose workerd says what was thrown in a queue, an alarm or `waitUntil`.
      verbose: true,
      handleStructuredLogs: ({ level, message }) => {
        const uncaught = uncaughtError(message);
        if (uncaught === undefined) onLog(level, message);
        else onLog("error", uncaught);
      },
    }),
  );
  try {
    const url = (await miniflare.ready).origin;
    const database = await miniflare.getD1Database("DB");
    const bucket = await miniflare.getR2Bucket("STORE");
    let stopCrons = () => {};
    return {
      url,
      database,
      bucket,
      startCrons: () => {
        stopCrons = tick(settings.crons, async (cron) => void (await (await miniflare.getWorker()).scheduled({ cron, scheduledTime: new Date() })), onLog);
      },
      close: async () => {
        stopCrons();
        await miniflare.dispose();
      },
    };
  } catch (cause) {
    await miniflare.dispose().catch(() => undefined);
    throw cause;
  }
}

const minuteMs = 60_000;

/** Calls `run` for each cron now and at every full minute; one that still runs is not started again. */
function tick(crons: readonly string[], run: (cron: string) => Promise<void>, onLog: RuntimeOptions["onLog"]): () => void {
  const unknown = crons.find((cron) => cron !== "* * * * *");
  if (unknown !== undefined) throw new Error(`local/runtime.ts runs crons every minute; teach it when "${unknown}" is due.`);
  const running = new Set<string>();
  let timer: NodeJS.Timeout;
  const next = () => {
    for (const cron of crons.filter((each) => !running.has(each))) {
      running.add(cron);
      run(cron)
        .catch((error: unknown) => onLog("error", `The cron ${cron} failed: ${String(error)}`))
        .finally(() => running.delete(cron));
    }
    timer = setTimeout(next, minuteMs - (Date.now() % minuteMs)).unref();
  };
  next();
  return () => clearTimeout(timer);
}
