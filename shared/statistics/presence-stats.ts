import { requirePermission } from "../platform/index.ts";
import { connectionsOf, type OnlineStats, type ShardSnapshot, shareUsed, socketsOf } from "../presence/index.ts";
import { type Asking, createAsking } from "./asked.ts";
import type { OnlineUsersStats, WebsocketStats } from "./presence-schemas.ts";
import type { StatsContext, StatsSources } from "./stats-context.ts";

/** How many people are online in the whole installation, and where. */
export async function readOnlineUsersStats(ctx: StatsContext, sources: Pick<StatsSources, "totals">): Promise<OnlineUsersStats> {
  requirePermission(ctx, "operations:read");
  const asking = createAsking(ctx.log);
  const stats = await askTotals(asking, sources);
  return { at: ctx.now(), online: stats && onlinePart(stats), warnings: asking.warnings };
}

/** What the objects of connections hold and did. */
export async function readWebsocketStats(ctx: StatsContext, sources: Pick<StatsSources, "totals">): Promise<WebsocketStats> {
  requirePermission(ctx, "operations:read");
  const asking = createAsking(ctx.log);
  const stats = await askTotals(asking, sources);
  return { at: ctx.now(), connections: stats && websocketPart(stats), warnings: asking.warnings };
}

async function askTotals({ ask, warnings }: Asking, { totals }: Pick<StatsSources, "totals">): Promise<OnlineStats | null> {
  const stats = await ask("who is online", () => totals.stats());
  if (stats !== null && stats.silentLeaves > 0) {
    warnings.push(`${stats.silentLeaves} of the objects that add up did not answer: the sums are whole, but lists lack what these hold.`);
  }
  return stats;
}

function onlinePart({ sums, peaks, series, part }: OnlineStats): NonNullable<OnlineUsersStats["online"]> {
  const { users, active, devices, integrations } = sums;
  return {
    users,
    active,
    idle: Math.max(0, users - active),
    connections: connectionsOf(devices),
    integrations,
    peaks,
    byDevice: devices,
    byWorkspace: { items: [...part.workspaces], more: part.workspaceCount - part.workspaces.length },
    series,
  };
}

function websocketPart({ sums, part }: OnlineStats): NonNullable<WebsocketStats["connections"]> {
  const { integrations, capacity, opened, refused, closed, received, sent, devices } = sums;
  const people = connectionsOf(devices);
  const sockets = people + integrations;
  return {
    totals: {
      sockets,
      people,
      integrations,
      capacity,
      usedPercent: capacity === 0 ? 0 : percentOf(sockets / capacity),
      opened,
      refused,
      closed: closedOf(closed),
      received,
      sent,
    },
    objects: { items: part.shards.map(objectOf), more: part.shardCount - part.shards.length, nearCapacity: part.nearCapacity },
  };
}

function objectOf(snapshot: ShardSnapshot): NonNullable<WebsocketStats["connections"]>["objects"]["items"][number] {
  const { workspaceId, shard, capacity, generation, at, traffic } = snapshot;
  return {
    workspaceId,
    shard,
    sockets: socketsOf(snapshot),
    capacity,
    usedPercent: percentOf(shareUsed(snapshot)),
    ...traffic,
    closed: closedOf(traffic.closed),
    since: generation,
    heardAt: at,
  };
}

const percentOf = (share: number): number => Math.min(100, Math.round(share * 100));

/** The schema promises no more than twenty; there are fewer reasons. */
const closedOf = (closed: ShardSnapshot["traffic"]["closed"]) =>
  Object.entries(closed)
    .flatMap(([reason, connections = 0]) => (connections > 0 ? [{ reason, connections }] : []))
    .slice(0, 20);
