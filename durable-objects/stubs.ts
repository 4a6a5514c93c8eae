import type { Crawls } from "../shared/audits/index.ts";
import { type Limiters, readVerdict } from "../shared/limits/index.ts";
import { type Arrival, arrivalHeader, type FrontDesk, type Live, type Peer, type Place, placeName, writeArrival } from "../shared/live/index.ts";
import type { Measurements, MetricsDelta } from "../shared/metrics/index.ts";
import { createReporter, type OnlineTotals, root, type TotalsNode } from "../shared/presence/index.ts";
import type { Endpoints } from "../shared/webhooks/index.ts";

// The only place that turns a name into a stub.

/** The limiters by caller. */
export const limitersOf =
  (env: Env): Limiters =>
  (caller) => {
    const limiter = () => env.RATE_LIMITER.get(env.RATE_LIMITER.idFromName(caller));
    return {
      hit: async (hit) => readVerdict(hit, await limiter().hit(hit)),
      acquire: async (request) => await limiter().acquire(request),
      release: async (lease) => await limiter().release(lease),
      note: async (outcome) => await limiter().note(outcome),
      clear: async () => await limiter().clear(),
    };
  };

/** The crawl objects by audit id. */
export function crawlsOf(env: Env): Crawls {
  const crawl = (auditId: string) => env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.idFromName(auditId));
  return {
    start: (start) => crawl(start.auditId).start(start),
    report: (auditId, reports) => crawl(auditId).report(reports),
    progress: (auditId) => crawl(auditId).progress(),
    watch: (auditId) => crawl(auditId).watch(),
    flush: (auditId) => crawl(auditId).flush(),
    resume: (auditId) => crawl(auditId).resume(),
    // Aborting is how an object forgets what it holds in memory; the caller of that very call hears of it as an error.
    clear: async (auditId) => {
      try {
        await crawl(auditId).clear();
      } catch (error) {
        if (!(error instanceof Error && error.message.includes("cleared"))) throw error;
      }
    },
  };
}

/** The objects that add up who is online, by name. */
export const totalsNodesOf =
  (env: Env) =>
  (name: string): TotalsNode => {
    const node = () => env.ONLINE_TOTALS.get(env.ONLINE_TOTALS.idFromName(name));
    return {
      report: async (snapshot, tree) => await node().report(snapshot, tree),
      leave: async (workspaceId, shard, tree) => await node().leave(workspaceId, shard, tree),
      handOver: async (workspaceId, tree) => await node().handOver(workspaceId, tree),
      reportLeaf: async (report) => await node().reportLeaf(report),
      forget: async (workspaceId) => await node().forget(workspaceId),
      part: async () => await node().part(),
      workspacesHere: async (whose) => await node().workspacesHere(whose),
    };
  };

/** Who is online in total. Whoever reports keeps what this answers: it remembers where its reports go. */
export function onlineTotalsOf(env: Env): OnlineTotals {
  const top = () => env.ONLINE_TOTALS.get(env.ONLINE_TOTALS.idFromName(root));
  return {
    ...createReporter(totalsNodesOf(env)),
    now: async () => await top().now(),
    stats: async () => await top().stats(),
    workspacesWith: async (audience) => await top().workspacesWith(audience),
    forget: async (workspaceId) => await top().forget(workspaceId),
  };
}

const socketsAt = (env: Env, place: Place) => env.ONLINE_USERS.get(env.ONLINE_USERS.idFromName(placeName(place)));

/** The live connections of all workspaces. */
export function liveOf(env: Env): Live {
  const front = (workspaceId: string) => socketsAt(env, { workspaceId, shard: 0 });
  return {
    publish: async (workspaceId, publication) => await front(workspaceId).publish(publication),
    broadcast: async (workspaceId, broadcast) => await front(workspaceId).broadcast(broadcast),
    close: async (workspaceId, closing) => await front(workspaceId).close(closing),
    online: async (workspaceId, page) => await front(workspaceId).online(page),
    reshard: async (workspaceId, shards) => await front(workspaceId).reshard(shards),
    clear: async (workspaceId) => await front(workspaceId).clear(),
    forget: async (workspaceId, userId) => await front(workspaceId).forget(userId),
  };
}

/** The first of a workspace's objects of sockets, as the others call it. */
export function frontDeskOf(env: Env, workspaceId: string): FrontDesk {
  const front = () => socketsAt(env, { workspaceId, shard: 0 });
  return {
    join: async (shards) => await front().join(shards),
    notePresence: async (presence) => await front().notePresence(presence),
  };
}

/** One of a workspace's objects of sockets, as the first calls it. */
export function peerOf(env: Env, place: Place): Peer {
  const peer = () => socketsAt(env, place);
  return {
    publish: async (publication) => await peer().publishHere(publication),
    broadcast: async (broadcast) => await peer().broadcastHere(broadcast),
    close: async (closing) => await peer().closeHere(closing),
    online: async (page) => await peer().onlineHere(page),
    settle: async (shards) => await peer().settleHere(shards),
    size: async () => await peer().sizeHere(),
    forget: async (userId) => await peer().forgetHere(userId),
    clear: async () => await peer().clearHere(),
  };
}

/** Hands a socket to the object that is to hold it, which answers with the socket's other end, or with an `ArrivalRefusal` as JSON. */
export function takeSocket(env: Env, arrival: Arrival): Promise<Response> {
  return socketsAt(env, arrival).fetch("https://sockets/", { headers: { Upgrade: "websocket", [arrivalHeader]: writeArrival(arrival) } });
}

/** What isolates of the Worker measured, added up. */
export function metricsOf(env: Env): { push(delta: MetricsDelta): Promise<void>; read(): Promise<Measurements> } {
  const metrics = () => env.METRICS.get(env.METRICS.idFromName("metrics"));
  return { push: async (delta) => await metrics().push(delta), read: async () => await metrics().read() };
}

/** The objects of endpoints of webhooks. */
export function endpointsOf(env: Env): Endpoints {
  const endpoint = (webhookId: string) => env.WEBHOOK_ENDPOINT.get(env.WEBHOOK_ENDPOINT.idFromName(webhookId));
  return {
    offer: async (settings, offers) => await endpoint(settings.webhookId).offer(settings, offers),
    configure: async (settings) => await endpoint(settings.webhookId).configure(settings),
    take: async (webhookId, lease) => await endpoint(webhookId).take(lease),
    report: async (webhookId, reports) => await endpoint(webhookId).report(reports),
    health: async (webhookId) => await endpoint(webhookId).health(),
    resume: async (webhookId) => await endpoint(webhookId).resume(),
    clear: async (webhookId) => await endpoint(webhookId).clear(),
  };
}
