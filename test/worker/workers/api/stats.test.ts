import { createExecutionContext, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { metricsOf, onlineTotalsOf } from "../../../../durable-objects/stubs.ts";
import { directoryDatabase } from "../../../../shared/db/client.ts";
import { events, jobs, parkedMessages } from "../../../../shared/db/schema/index.ts";
import { dayMs, hourMs, minuteMs, newId } from "../../../../shared/platform/index.ts";
import { Dashboard, OnlineUsersStats, SystemStats, WebsocketStats } from "../../../../shared/statistics/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { tellMeasured } from "../../../../workers/meter.ts";
import { call, type SeededWorkspace, seedAudit, seedKey, seedWorkspace } from "../../../helpers/worker/api.ts";

const start = Date.UTC(2026, 10, 22, 12, 0, 30);
const db = directoryDatabase(env);
let workspace: SeededWorkspace;
let key: string;

beforeAll(async () => {
  workspace = await seedWorkspace({ isOperator: true });
  key = await seedKey(workspace);
});

const objects = { totals: env.ONLINE_TOTALS.get(env.ONLINE_TOTALS.idFromName("root")), metrics: env.METRICS.get(env.METRICS.idFromName("metrics")) };
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  // What tests before this one measured is not of this one.
  await tellMeasured(env);
  await runInDurableObject(objects.totals, (_, { storage }) => storage.deleteAll());
  await runInDurableObject(objects.metrics, (_, { storage }) => storage.deleteAll());
  await evictDurableObject(objects.totals);
  await evictDurableObject(objects.metrics);
});
afterEach(() => void vi.useRealTimers());

const passTime = (ms: number): void => void vi.setSystemTime(Date.now() + ms);
const stats = async (name: string): Promise<unknown> => {
  const answer = await call("GET", `/api/admin/stats/${name}`, { key });
  expect(answer.status).toBe(200);
  return await answer.json();
};
const onlineUsers = async () => OnlineUsersStats.parse(await stats("online-users"));
const websocket = async () => WebsocketStats.parse(await stats("websocket"));
const system = async () => SystemStats.parse(await stats("system"));
const dashboard = async () => Dashboard.parse(await stats("dashboard"));

/** One object of connections says what it holds. */
const report = (workspaceId: string, values: { shard?: number; users?: number; sockets?: number; capacity?: number } = {}) =>
  onlineTotalsOf(env).report({
    workspaceId,
    shard: values.shard ?? 0,
    generation: start,
    seq: 1,
    at: Date.now(),
    users: values.users ?? 3,
    active: 1,
    connections: { desktop: values.sockets ?? 4, tablet: 0, mobile: 1, other: 0 },
    integrations: 2,
    capacity: values.capacity ?? 100,
    traffic: { opened: 9, refused: 1, closed: { left: 2, silent: 0 }, received: 5, sent: 6 },
  });

describe("who is online", () => {
  it("is told in sums, by device, by workspace and minute by minute, and by no name", async () => {
    const other = newId("workspace");
    await report(workspace.id, { users: 2 });
    await report(workspace.id, { users: 2, shard: 1 });
    await report(other);
    const { online, warnings } = await onlineUsers();
    expect(online).toMatchObject({
      users: 7,
      active: 3,
      idle: 4,
      connections: 15,
      integrations: 6,
      byDevice: { desktop: 12, tablet: 0, mobile: 3, other: 0 },
      byWorkspace: {
        items: [
          { workspaceId: workspace.id, users: 4, connections: 10 },
          { workspaceId: other, users: 3 },
        ],
        more: 0,
      },
      peaks: { ever: { users: { count: 7, at: start - 30_000 } } },
    });
    expect(online?.series).toEqual([{ at: start - 30_000, users: 7, active: 3, connections: 15 }]);
    expect(warnings).toEqual([]);
  });

  it("is nobody before anybody came", async () => {
    expect((await onlineUsers()).online).toMatchObject({
      users: 0,
      peaks: { ever: { users: { count: 0, at: null } } },
      byWorkspace: { items: [], more: 0 },
      series: [],
    });
  });
});

it("connections are told by object, the fullest first, and which are nearly full", async () => {
  const other = newId("workspace");
  await report(workspace.id, { capacity: 1_000 });
  await report(other, { sockets: 81 });
  const { connections } = await websocket();
  expect(connections?.totals).toMatchObject({ sockets: 91, people: 87, integrations: 4, capacity: 1_100, usedPercent: 8, opened: 18, refused: 2 });
  expect(connections?.objects).toMatchObject({
    items: [
      { workspaceId: other, shard: 0, sockets: 84, capacity: 100, usedPercent: 84, since: start, closed: [{ reason: "left", connections: 2 }] },
      { workspaceId: workspace.id, usedPercent: 1 },
    ],
    more: 0,
    nearCapacity: 1,
  });
});

describe("the system", () => {
  it("tells of requests by what was declared, never by address", async () => {
    await call("GET", "/healthz");
    await call("GET", `/api/v1/audits/${newId("audit")}`, { key });
    await call("HEAD", "/healthz");
    await call("GET", "/nothing/here/secret-7");
    await call("PROPFIND", "/healthz");
    await tellMeasured(env);
    passTime(minuteMs);
    const { requests } = await system();
    expect(requests?.lastMinute).toMatchObject({
      count: 5,
      perSecond: 0.083,
      errors: 0,
      errorPercent: 0,
      latency: { p50AtMostMs: expect.any(Number), over10s: 0 },
    });
    expect(new Map(requests?.byTime.map(({ route, count, refused }) => [route, [count, refused]]))).toEqual(
      new Map([
        ["GET /healthz", [2, 0]],
        ["GET /api/v1/audits/{id}", [1, 1]],
        ["other", [2, 2]],
      ]),
    );
    expect(requests).toMatchObject({ byErrors: [], total: 5, lost: 0, until: start + 30_000 });
  });

  it("tells of a fault on our side", async () => {
    const broken = new Request("https://mentha.test/api/v1/audits", { headers: { "X-API-Key": key } });
    const { status } = await app.fetch(broken, Object.assign({}, env, { DB: undefined }), createExecutionContext());
    expect(status).toBeGreaterThanOrEqual(500);
    await tellMeasured(env);
    passTime(minuteMs);
    expect((await system()).requests).toMatchObject({ lastMinute: { errors: 1, errorPercent: 100 }, byErrors: [{ route: "GET /api/v1/audits", errors: 1 }] });
  });

  it("tells what became of messages, and what waits in each queue", async () => {
    const at = Date.now();
    const duration = { counts: [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], sumMs: 60 };
    const messages = [
      { queue: "events", outcome: "done", duration },
      { queue: "events", outcome: "parked", duration },
      { queue: "work", outcome: "retried", duration },
    ] as const;
    await metricsOf(env).push({ isolate: "one", seq: 1, at, lost: 4, requests: [], messages });
    passTime(minuteMs);
    const { queues, requests } = await system();
    expect(queues).toMatchObject([
      { queue: "events", lastMinute: { done: 3, retried: 0, failed: 3 }, lastHour: { done: 3 }, p95AtMostMs: 25 },
      { queue: "analysis", lastMinute: { done: 0, retried: 0, failed: 0 }, p95AtMostMs: null },
      { queue: "work", lastMinute: { done: 0, retried: 3, failed: 0 } },
      { queue: "webhooks", lastMinute: { done: 0, retried: 0, failed: 0 } },
      { queue: "webhooks-slow", lastMinute: { done: 0, retried: 0, failed: 0 } },
    ]);
    for (const queue of queues ?? []) expect([queue.waiting, queue.oldestAt]).toEqual([0, null]);
    expect(requests?.lost).toBe(4);
  });

  it("tells what waits and what failed, and not what failed on other days", async () => {
    const before = (await system()).work;
    const job = { workspaceId: workspace.id, type: "audit.purge", input: {}, createdAt: 1, updatedAt: 1 } as const;
    const old = start - dayMs;
    await db.batch([
      db.insert(jobs).values({ ...job, id: newId("job", start), state: "queued", dueAt: start + hourMs }),
      db.insert(jobs).values({ ...job, id: newId("job", start), state: "queued", dueAt: start - hourMs }),
      db.insert(jobs).values({ ...job, id: newId("job", start), state: "running", dueAt: 1, leaseUntil: start + hourMs }),
      db.insert(jobs).values({ ...job, id: newId("job", start), state: "running", dueAt: 1, leaseUntil: start - hourMs }),
      db.insert(jobs).values({ ...job, id: newId("job", start), state: "failed", dueAt: 1 }),
      db.insert(jobs).values({ ...job, id: newId("job", old), state: "failed", dueAt: 1 }),
      db.insert(jobs).values({ ...job, id: newId("job", start), state: "succeeded", dueAt: 1 }),
      db.insert(events).values({ id: newId("event"), workspaceId: workspace.id, type: "audit.completed", data: {}, createdAt: start }),
      db
        .insert(parkedMessages)
        .values({ id: newId("parked"), queue: "work", messageId: "m", body: "{}", errorCode: "e", errorMessage: "m", attempts: 1, parkedAt: 1 }),
    ]);
    await seedAudit(workspace);
    await seedAudit(workspace, "queued");
    const { work, objects: inMemory, storage } = await system();
    const more = (now: number | undefined, then: number | undefined) => (now ?? 0) - (then ?? 0);
    expect([more(work?.jobs.queued, before?.jobs.queued), more(work?.jobs.running, before?.jobs.running)]).toEqual([2, 2]);
    expect([more(work?.jobs.overdue, before?.jobs.overdue), more(work?.jobs.failedToday, before?.jobs.failedToday)]).toEqual([2, 1]);
    expect([more(work?.unhandledEvents, before?.unhandledEvents), more(work?.deadLetters, before?.deadLetters)]).toEqual([1, 1]);
    expect([more(work?.auditsRunning, before?.auditsRunning), more(work?.auditsToday, before?.auditsToday)]).toEqual([1, 2]);
    expect(inMemory).toEqual({ crawls: work?.auditsRunning, sockets: 0 });
    expect(storage?.databaseBytes).toBeGreaterThan(10_000);
    expect(storage?.filesBytes).toBeNull();
  });

  it("says what nobody can know, and makes no number up for it", async () => {
    const { unknown } = await system();
    expect(unknown.map(({ what }) => what)).toEqual(expect.arrayContaining(["CPU time and memory", "Size of the files"]));
  });
});

it("the dashboard has it all at a glance", async () => {
  await report(workspace.id);
  await call("GET", "/healthz");
  await tellMeasured(env);
  passTime(minuteMs);
  const { online, requests, messages, accounts, warnings } = await dashboard();
  expect(online).toMatchObject({ users: 3, active: 1, connections: 5, integrations: 2, peaks: { today: { users: { count: 3 } } } });
  expect(requests).toMatchObject({ count: 1, errors: 0, errorPercent: 0 });
  expect(messages).toEqual({ done: 0, retried: 0, failed: 0 });
  expect(accounts?.workspaces).toBeGreaterThanOrEqual(1);
  expect(accounts?.keys).toBeGreaterThanOrEqual(1);
  expect(warnings).toEqual([]);
});

describe("what does not answer", () => {
  const silent = { get: () => ({ stats: refuse, now: refuse, read: refuse }), idFromName: (name: string) => name };
  async function refuse(): Promise<never> {
    throw new Error("the object is gone");
  }
  async function askWith(name: string, bindings: object): Promise<unknown> {
    const request = new Request(`https://mentha.test/api/admin/stats/${name}`, { headers: { "X-API-Key": key } });
    const answer = await app.fetch(request, Object.assign({}, env, bindings), createExecutionContext());
    expect(answer.status).toBe(200);
    return await answer.json();
  }

  it.each([
    ["online-users", "ONLINE_TOTALS", { online: null, warnings: [expect.stringContaining("who is online")] }],
    ["websocket", "ONLINE_TOTALS", { connections: null, warnings: [expect.stringContaining("who is online")] }],
    ["system", "ONLINE_TOTALS", { objects: null, requests: { total: 0 }, warnings: [expect.stringContaining("who is online")] }],
    ["system", "METRICS", { requests: null, queues: null, work: { deadLetters: expect.any(Number) }, warnings: [expect.stringContaining("requests")] }],
    ["dashboard", "ONLINE_TOTALS", { online: null, requests: { count: 0 }, warnings: [expect.stringContaining("who is online")] }],
    ["dashboard", "METRICS", { requests: null, messages: null, online: { users: 0 }, warnings: [expect.stringContaining("requests")] }],
  ])("is null in %s without %s, and named; the rest is there", async (name, binding, expected) => {
    expect(await askWith(name, { [binding]: silent })).toMatchObject(expected);
  });

  it("is null for one queue alone", async () => {
    const WORK = { metrics: refuse };
    const { queues, warnings } = SystemStats.parse(await askWith("system", { WORK }));
    expect(queues?.map(({ waiting }) => waiting)).toEqual([0, 0, null, 0, 0]);
    expect(warnings).toEqual([expect.stringContaining("queue work")]);
  });
});
