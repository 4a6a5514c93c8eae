// What the API reference shows of the operators' statistics; the tests check each against its schema.

const at = 1_793_000_000_000;
const minute = 1_792_999_980_000;
const workspaceId = "wsp_01k9z8q5v0c3r7t2m4n6p8s1w5";
const peaks = {
  ever: { users: { count: 412, at: 1_792_400_400_000 }, connections: { count: 655, at: 1_792_400_400_000 } },
  today: { users: { count: 240, at: minute }, connections: { count: 391, at: minute } },
};

export const onlineUsersExample = {
  at,
  online: {
    users: 240,
    active: 171,
    connections: 391,
    idle: 69,
    integrations: 12,
    peaks,
    byDevice: { desktop: 310, tablet: 9, mobile: 64, other: 8 },
    byWorkspace: { items: [{ workspaceId, users: 84, active: 61, connections: 133 }], more: 37 },
    series: [{ at: minute, users: 240, active: 171, connections: 391 }],
  },
  warnings: [],
};

const traffic = {
  opened: 912,
  refused: 0,
  closed: [
    { reason: "left", connections: 758 },
    { reason: "silent", connections: 9 },
  ],
  received: 4_120,
  sent: 25_806,
};

export const websocketExample = {
  at,
  connections: {
    totals: { sockets: 403, capacity: 608_000, usedPercent: 0, people: 391, integrations: 12, ...traffic },
    objects: {
      items: [{ workspaceId, shard: 0, sockets: 145, capacity: 16_000, usedPercent: 1, ...traffic, since: 1_792_990_000_000, heardAt: at }],
      more: 37,
      nearCapacity: 0,
    },
  },
  warnings: [],
};

const latency = { p50AtMostMs: 10, p95AtMostMs: 100, p99AtMostMs: 250, over10s: 0 };
const handled = { done: 214, retried: 1, failed: 0 };
const route = { route: "GET /api/v1/audits/{id}", count: 9_120, refused: 12, errors: 1, averageMs: 14.2, totalMs: 129_504, p95AtMostMs: 50 };
const work = {
  unhandledEvents: 0,
  jobs: { queued: 2, running: 1, overdue: 0, failedToday: 0 },
  deadLetters: 0,
  auditsRunning: 3,
  auditsToday: 118,
};

export const systemExample = {
  at,
  requests: {
    until: minute,
    lastMinute: { count: 540, perSecond: 9, errors: 0, errorPercent: 0, latency },
    last5Minutes: { count: 2_610, perSecond: 8.7, errors: 1, errorPercent: 0.038, latency },
    lastHour: { count: 30_240, perSecond: 8.4, errors: 3, errorPercent: 0.01, latency },
    byTime: [route],
    byErrors: [route],
    since: 1_790_000_000_000,
    total: 18_204_551,
    lost: 0,
  },
  queues: [{ queue: "events", lastMinute: handled, lastHour: handled, p95AtMostMs: 50, waiting: 0, oldestAt: null }],
  work,
  storage: { databaseBytes: 48_234_496, filesBytes: null },
  objects: { crawls: 3, sockets: 38 },
  unknown: [{ what: "CPU time and memory", why: "The platform tells no Worker of its own. Cloudflare shows CPU time by script under Workers, Metrics." }],
  warnings: [],
};

export const dashboardExample = {
  at,
  online: { users: 240, active: 171, connections: 391, integrations: 12, peaks },
  requests: { count: 2_610, perSecond: 8.7, errors: 1, errorPercent: 0.038, p95AtMostMs: 100 },
  messages: handled,
  work,
  accounts: { workspaces: 61, users: 402, keys: 77 },
  warnings: [],
};
