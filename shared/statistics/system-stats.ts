import { sql } from "drizzle-orm";
import type { Database } from "../db/client.ts";
import { requirePermission } from "../platform/index.ts";
import { createAsking } from "./asked.ts";
import { queueNumbers } from "./queue-numbers.ts";
import { requestNumbers } from "./request-numbers.ts";
import type { StatsContext, StatsSources } from "./stats-context.ts";
import type { SystemStats } from "./system-schemas.ts";
import { workNumbers } from "./work-numbers.ts";

/** What the platform does not tell. Nothing of this is guessed. */
const unknown: SystemStats["unknown"] = [
  { what: "CPU time and memory", why: "The platform tells no Worker of its own. Cloudflare shows CPU time by script under Workers, Metrics." },
  { what: "Size of the files", why: "Finding it out would list every object of the bucket. Cloudflare shows it under R2, Metrics." },
  { what: "Messages in the dead-letter queues", why: "Nothing sends to them from here, so nothing may ask. What arrived there is counted as `deadLetters`." },
  {
    what: "Rate limiters and idle objects",
    why: "An object cannot be counted without a list of all that ever were. Cloudflare shows requests by class under Durable Objects, Metrics.",
  },
  {
    what: "Requests that never reached Mentha",
    why: "What the platform refuses or serves by itself, such as files of the API browser, is measured by the platform alone.",
  },
];

/** How the installation fares: requests, queues, work, storage; and what cannot be known. */
export async function readSystemStats(ctx: StatsContext, sources: StatsSources): Promise<SystemStats> {
  requirePermission(ctx, "operations:read");
  const asking = createAsking(ctx.log);
  const { ask, warnings } = asking;
  const [measurements, work, databaseBytes, online] = await Promise.all([
    ask("requests and queues", () => sources.metrics.read()),
    ask("what waits in the database", () => workNumbers(sources.databases, ctx.now())),
    ask("the size of the database", () => sizeOf(sources.databases)),
    ask("who is online", () => sources.totals.now()),
  ]);
  return {
    at: ctx.now(),
    requests: measurements && requestNumbers(measurements),
    queues: measurements && (await queueNumbers(asking, measurements, sources)),
    work,
    storage: databaseBytes === null ? null : { databaseBytes, filesBytes: null },
    objects: work && online && { crawls: work.auditsRunning, sockets: online.sums.shards },
    unknown,
    warnings,
  };
}

/** In bytes, as every answer of the database says. */
async function sizeOf(databases: readonly Database[]): Promise<number> {
  const answers = await Promise.all(databases.map((db) => db.run(sql`select 1`)));
  return answers.reduce((sum, { meta }) => sum + meta.size_after, 0);
}
