import { metricsOf, onlineTotalsOf } from "../../../../durable-objects/stubs.ts";
import { allDatabases } from "../../../../shared/db/client.ts";
import {
  Dashboard,
  OnlineUsersStats,
  readDashboard,
  readOnlineUsersStats,
  readSystemStats,
  readWebsocketStats,
  type StatsSources,
  SystemStats,
  WebsocketStats,
} from "../../../../shared/statistics/index.ts";
import { producers } from "../../../queues.ts";
import { api, get } from "../../route.ts";
import { dashboardExample, onlineUsersExample, systemExample, websocketExample } from "../../stats-examples.ts";

const operators = { tag: "Operations", permission: "operations:read", limit: "admin" } as const;
const missing = "What does not answer is null, and `warnings` names it.";

const onlineUsers = get("/api/admin/stats/online-users", {
  id: "readOnlineUsersStats",
  ...operators,
  summary: "Who is online",
  description: `How many people are online in the whole installation: now, at most, minute by minute for a day, by what they sit at and by workspace. Who they are is not told. ${missing}`,
  ok: OnlineUsersStats,
  examples: { answer: onlineUsersExample },
});

const websocket = get("/api/admin/stats/websocket", {
  id: "readWebsocketStats",
  ...operators,
  summary: "Live connections",
  description: `What the objects that hold live connections hold and did, and how full they are. ${missing}`,
  ok: WebsocketStats,
  examples: { answer: websocketExample },
});

const system = get("/api/admin/stats/system", {
  id: "readSystemStats",
  ...operators,
  summary: "How the installation fares",
  description: `Requests, queues, background work and storage, as far as the platform tells; \`unknown\` names what nobody here can know. ${missing}`,
  ok: SystemStats,
  examples: { answer: systemExample },
});

const first = get("/api/admin/stats/dashboard", {
  id: "readDashboard",
  ...operators,
  summary: "Everything at a glance",
  description: `The few numbers that an operator looks at first. ${missing}`,
  ok: Dashboard,
  examples: { answer: dashboardExample },
});

const sourcesOf = (env: Env): StatsSources => ({
  totals: onlineTotalsOf(env),
  metrics: metricsOf(env),
  databases: allDatabases(env),
  async backlogOf(queue) {
    const { backlogCount, oldestMessageTimestamp } = await env[producers[queue]].metrics();
    // An empty queue may say 1970.
    return { messages: backlogCount, oldestAt: backlogCount === 0 ? null : (oldestMessageTimestamp?.getTime() ?? null) };
  },
});

export const statsRoutes = api()
  .openapi(onlineUsers, async (c) => c.json(await readOnlineUsersStats(c.var.ctx, sourcesOf(c.env)), 200))
  .openapi(websocket, async (c) => c.json(await readWebsocketStats(c.var.ctx, sourcesOf(c.env)), 200))
  .openapi(system, async (c) => c.json(await readSystemStats(c.var.ctx, sourcesOf(c.env)), 200))
  .openapi(first, async (c) => c.json(await readDashboard(c.var.ctx, sourcesOf(c.env)), 200));
