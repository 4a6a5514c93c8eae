import type { Database } from "../db/client.ts";
import type { QueueName } from "../dead-letters/index.ts";
import type { Measurements } from "../metrics/index.ts";
import type { Context } from "../platform/index.ts";
import type { OnlineTotals } from "../presence/index.ts";

/** What the statistics' verbs receive of who asks. */
export type StatsContext = Pick<Context, "actor" | "directory" | "now" | "log">;

/** What waits in a queue, as its provider says; the time in ms since 1970, null when nothing waits or it is not told. */
export interface Backlog {
  readonly messages: number;
  readonly oldestAt: number | null;
}

/** Whom they ask. */
export interface StatsSources {
  readonly totals: Pick<OnlineTotals, "now" | "stats">;
  readonly metrics: { read(): Promise<Measurements> };
  readonly databases: readonly Database[];
  readonly backlogOf: (queue: QueueName) => Promise<Backlog>;
}
