import { limitNames, maxLimit } from "../shared/platform/index.ts";
import { build } from "./build.ts";
import { egressAllow } from "./egress-allow.ts";
import { readable } from "./log-lines.ts";
import { migrate } from "./migrate.ts";
import { type RuntimeOptions, startRuntime } from "./runtime.ts";
import { newSecrets } from "./secrets.ts";
import { seed } from "./seed.ts";
import { sqlOn } from "./sql-text.ts";

/** A Mentha of one's own, for the length of a process. */
export interface Embedded {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** An API key with every permission. */
  readonly key: string;
  /** `fetch` with paths such as `/api/v1/audits` taken from `url`; sends no key by itself. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

interface EmbedOptions extends Pick<RuntimeOptions, "script" | "inspectorPort"> {
  readonly quiet: boolean;
}

/** Nobody but its owner asks it: what limits keep others from is theirs to do. */
const unlimited = limitNames.map((name) => `${name}=${maxLimit}`).join(",");

/**
 * Builds the Worker if that is due and runs it in this process: in memory, on a free port, crons ticking; this computer's own sites
 * and those that the environment variable `EGRESS_ALLOW` names are open to audits. `quiet` keeps warnings and errors of the Worker off stderr;
 * the rest is for those who measure it. Throws `ConfigError` for variables of wrangler.toml that the Worker would not run with.
 */
export async function startEmbedded({ quiet, ...measured }: EmbedOptions): Promise<Embedded> {
  const allowed = egressAllow(process.env.EGRESS_ALLOW);
  await build();
  const runtime = await startRuntime({
    port: 0,
    ...measured,
    // Nobody signs in here and no e-mail leaves: the address only has to be one.
    vars: { ENVIRONMENT: "development", PUBLIC_URL: "http://localhost", EGRESS_ALLOW: allowed, LIMITS: unlimited, ...newSecrets() },
    onLog: (level, message) => {
      if (!quiet && level !== "info" && level !== "log") console.error(readable(level, message));
    },
  });
  try {
    await migrate(runtime.database);
    const key = await seed(sqlOn(runtime.database));
    if (key === undefined) throw new Error("A database in memory began with a workspace in it.");
    runtime.startCrons();
    return {
      url: runtime.url,
      key,
      fetch: (input, init) => fetch(input instanceof Request ? input : new URL(input, runtime.url), init),
      close: () => runtime.close(),
    };
  } catch (cause) {
    await runtime.close();
    throw cause;
  }
}
