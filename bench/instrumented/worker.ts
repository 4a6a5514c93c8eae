import { Hono } from "hono";
import { z } from "zod";
import { crawlsOf, limitersOf, liveOf } from "../../durable-objects/stubs.ts";
import { getLiveAudit } from "../../shared/audits/index.ts";
import { databaseFor } from "../../shared/db/client.ts";
import type { LiveEvent } from "../../shared/live/index.ts";
import { commit, minuteMs, newId, recordEvent, sendEvents } from "../../shared/platform/index.ts";
import type { ApiEnv } from "../../workers/api/env.ts";
import { accessLog } from "../../workers/api/middleware/access-log.ts";
import { cacheControl } from "../../workers/api/middleware/cache-control.ts";
import { requestId } from "../../workers/api/middleware/request-id.ts";
import { secureHeaders } from "../../workers/api/middleware/secure-headers.ts";
import { visitorContext, workspaceContext } from "../../workers/context.ts";
import worker, { AuditCrawl as RealAuditCrawl, RateLimiter as RealRateLimiter } from "../../workers/index.ts";
import { crowd } from "./crowd.ts";
import { counts, meteredBucket, meteredDatabase, meteredQueue, meterStorage } from "./meter.ts";
import { cleanOn, readPage, storePast } from "./past.ts";

export { Metrics, OnlineTotals, OnlineUsers, WebhookEndpoint } from "../../workers/index.ts";

// The real Worker with its bindings counted, one read of its API once more without authentication and limits, limiters that can be called for nothing, and
// live topics in which anything may be said.

const metered = new WeakMap<Env, Env>();
/** Until somebody asks for counts, nothing stands between the Worker and its bindings. */
let isMetering = false;

function withMeters(env: Env): Env {
  if (!isMetering) return env;
  const known = metered.get(env) ?? {
    ...env,
    DB: meteredDatabase(env.DB),
    STORE: meteredBucket(env.STORE),
    EVENTS: meteredQueue(env.EVENTS),
    ANALYSIS: meteredQueue(env.ANALYSIS),
    WORK: meteredQueue(env.WORK),
  };
  metered.set(env, known);
  return known;
}

export class AuditCrawl extends RealAuditCrawl {
  constructor(ctx: DurableObjectState, env: Env) {
    if (isMetering) meterStorage(ctx.storage);
    super(ctx, withMeters(env));
  }
}

export class RateLimiter extends RealRateLimiter {
  nothing(): void {}
}

const Amount = z.coerce.number().int();
const Calls = z.object({ kind: z.enum(["hit", "nothing"]), round: z.string(), callers: Amount, atOnce: Amount, each: Amount });

/** Calls the limiters of so many callers so often each, all callers side by side, and each with so many calls at once. */
async function callLimiters(env: Env, { kind, round, callers, atOnce, each }: z.infer<typeof Calls>): Promise<void> {
  const hit = { v: 1, quotas: [{ name: "reads", limit: 120, windowMs: minuteMs, cost: 1 }], usage: { workspaceId: "wsp_bench", userId: "usr_bench" } } as const;
  const callOf = (name: string) => {
    const limiter = limitersOf(env)(name);
    if (kind === "hit") return () => limiter.hit(hit);
    // The binding is typed as the product's own class; this script has put its own in place.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    const namespace = env.RATE_LIMITER as unknown as DurableObjectNamespace<RateLimiter>;
    return async () => await namespace.get(namespace.idFromName(name)).nothing();
  };
  await Promise.all(
    Array.from({ length: callers * atOnce }, async (_, lane) => {
      const call = callOf(`key:bench-${kind}-${round}-${lane % callers}`);
      for (let count = 0; count < each / atOnce; count++) await call();
    }),
  );
}

/** Which workspace an audit is in, asked once: a caller with a key brings it along. */
const workspaces = new Map<string, string>();

async function workspaceOf(env: Env, auditId: string): Promise<string> {
  const workspaceId =
    workspaces.get(auditId) ?? (await env.DB.prepare("SELECT workspace_id FROM audits WHERE id = ?").bind(auditId).first<string>("workspace_id"));
  if (workspaceId === null) throw new Error(`There is no audit ${auditId}.`);
  workspaces.set(auditId, workspaceId);
  return workspaceId;
}

const Publications = z.object({ workspaceId: z.string(), userId: z.string(), topic: z.enum(["workspace", "me"]), count: Amount });

/** Tells followers of a topic so many things that are all different, so that none takes the place of another; `userId` is in the text of each. */
async function publish(env: Env, { workspaceId, userId, topic, count }: z.infer<typeof Publications>): Promise<void> {
  const live = liveOf(env);
  const at = Date.now();
  for (let number = 0; number < count; number++) {
    const event: LiveEvent = topic === "workspace" ? { type: "member.changed", userId } : notificationOf(userId, at);
    await live.publish(workspaceId, { topic, event, at, userId });
  }
}

function notificationOf(userId: string, createdAt: number): LiveEvent {
  const notification = {
    id: newId("notification", createdAt),
    type: "member.joined",
    createdAt,
    readAt: null,
    data: { userId, name: "Grace Hopper" },
  } as const;
  return { type: "notification.created", notification, unread: 1 };
}

const Happenings = z.object({ workspaceId: z.string(), count: Amount });

/** Records so many events as a verb does, in one batch, and tells the queue of them. */
async function happen(env: Env, { workspaceId, count }: z.infer<typeof Happenings>): Promise<void> {
  const db = databaseFor(env, workspaceId);
  const outbox: string[] = [];
  const recorder = { db, workspaceId, now: Date.now, outbox };
  const data = { principalId: newId("user"), day: "2026-11-22" };
  // What the event tells of is read from there.
  await env.DB.prepare(
    "INSERT INTO usage (workspace_id, day, principal_id, user_id, requests, errors, limited, audits, updated_at) VALUES (?, ?, ?, ?, 1, 0, 1, 0, 1)",
  )
    .bind(workspaceId, data.day, data.principalId, data.principalId)
    .run();
  await commit(
    db,
    Array.from({ length: count }, () => recordEvent(recorder, "limit.reached", data)),
  );
  await sendEvents(env.EVENTS, workspaceId, outbox);
}

const Past = z.object({ kind: z.string(), from: Amount, count: Amount });

const open = new Hono<ApiEnv>()
  .use(requestId, accessLog, secureHeaders, cacheControl)
  .get("/bench/counts", (c) => {
    isMetering = true;
    return c.json(counts);
  })
  .get("/bench/limiters", async (c) => {
    await callLimiters(c.env, Calls.parse(c.req.query()));
    return c.body(null, 204);
  })
  .get("/bench/publications", async (c) => {
    await publish(c.env, Publications.parse(c.req.query()));
    return c.body(null, 204);
  })
  .get("/bench/events", async (c) => {
    await happen(c.env, Happenings.parse(c.req.query()));
    return c.body(null, 204);
  })
  .get("/bench/past", async (c) => {
    const { kind, from, count } = Past.parse(c.req.query());
    await storePast(c.env, { kind, from, count });
    return c.json({});
  })
  .get("/bench/slices", async (c) => c.json(await cleanOn(c.env, Amount.parse(c.req.query("count")))))
  .get("/bench/page", async (c) => c.json({ ms: await readPage(c.env) }))
  .get("/bench/audits/:id", async (c) => {
    const { id } = c.req.param();
    const { requestId, log } = c.var;
    const visitor = visitorContext(c.env, { requestId, log, client: { ip: null, userAgent: null } });
    const actor = { kind: "session", id: "ses_none", userId: "usr_none", permissions: new Set(["audits:read"] as const) } as const;
    const ctx = workspaceContext(c.env, visitor, { actor, workspaceId: await workspaceOf(c.env, id), log });
    return c.json(await getLiveAudit(ctx, crawlsOf(c.env), id));
  });

/** Connections from within: they go the way of all requests, but for the network. */
const isCrowd = (request: Request): boolean => new URL(request.url).pathname === "/bench/crowd";

export default {
  fetch: (request, env, ctx) =>
    isCrowd(request)
      ? crowd((inner) => worker.fetch(inner, withMeters(env), ctx))
      : (new URL(request.url).pathname.startsWith("/bench/") ? open : worker).fetch(request, withMeters(env), ctx),
  queue: (batch, env, ctx) => worker.queue(batch, withMeters(env), ctx),
  scheduled: (controller, env, ctx) => worker.scheduled(controller, withMeters(env), ctx),
} satisfies ExportedHandler<Env>;
