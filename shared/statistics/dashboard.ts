import { and, count, gt, isNull, or } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../db/client.ts";
import { apiKeys, users, workspaces } from "../db/schema/index.ts";
import { type Measurements, readSeries } from "../metrics/index.ts";
import { Count, Millis, requirePermission } from "../platform/index.ts";
import { connectionsOf } from "../presence/index.ts";
import { createAsking } from "./asked.ts";
import { Peaks, Warnings } from "./presence-schemas.ts";
import { handled } from "./queue-numbers.ts";
import { windowNumbers } from "./request-numbers.ts";
import type { StatsContext, StatsSources } from "./stats-context.ts";
import { AtMostMs, ErrorPercent, WorkPart } from "./system-schemas.ts";
import { workNumbers } from "./work-numbers.ts";

export const Dashboard = z
  .object({
    at: Millis,
    online: z.object({ users: Count, active: Count, connections: Count, integrations: Count, peaks: Peaks }).nullable(),
    requests: z
      .object({ count: Count, perSecond: z.number().min(0).max(1e9), errors: Count, errorPercent: ErrorPercent, p95AtMostMs: AtMostMs })
      .nullable()
      .describe("In the last five whole minutes"),
    messages: z
      .object({ done: Count, retried: Count, failed: Count.describe("Given up, and kept as dead letters") })
      .nullable()
      .describe("Of all queues, in the last five whole minutes"),
    work: WorkPart.nullable(),
    accounts: z.object({ workspaces: Count, users: Count, keys: Count.describe("API keys that work today") }).nullable(),
    warnings: Warnings,
  })
  .meta({ id: "Dashboard" });
export type Dashboard = z.infer<typeof Dashboard>;

/** What an operator sees first. */
export async function readDashboard(ctx: StatsContext, { totals, metrics, databases }: StatsSources): Promise<Dashboard> {
  requirePermission(ctx, "operations:read");
  const { ask, warnings } = createAsking(ctx.log);
  const [online, measurements, work, accounts] = await Promise.all([
    ask("who is online", () => totals.now()),
    ask("requests and queues", () => metrics.read()),
    ask("what waits in the database", () => workNumbers(databases, ctx.now())),
    ask("accounts", () => accountNumbers(ctx.directory, ctx.now())),
  ]);
  return {
    at: ctx.now(),
    online: online && {
      users: online.sums.users,
      active: online.sums.active,
      connections: connectionsOf(online.sums.devices),
      integrations: online.sums.integrations,
      peaks: online.peaks,
    },
    requests: measurements && requestsIn(measurements),
    messages: measurements && handled(readSeries(measurements.inLast[5]).messages),
    work,
    accounts,
    warnings,
  };
}

function requestsIn({ inLast }: Measurements): Dashboard["requests"] {
  const { latency, ...numbers } = windowNumbers(inLast, 5);
  return { ...numbers, p95AtMostMs: latency.p95AtMostMs };
}

async function accountNumbers(directory: Database, now: number): Promise<NonNullable<Dashboard["accounts"]>> {
  const [inWorkspaces, people, keys] = await directory.batch([
    directory.select({ n: count() }).from(workspaces),
    directory.select({ n: count() }).from(users),
    directory
      .select({ n: count() })
      .from(apiKeys)
      .where(and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)))),
  ]);
  return { workspaces: inWorkspaces[0]?.n ?? 0, users: people[0]?.n ?? 0, keys: keys[0]?.n ?? 0 };
}
