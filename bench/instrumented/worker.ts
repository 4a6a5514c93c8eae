import { Hono } from "hono";
import { crawlsOf } from "../../durable-objects/stubs.ts";
import { getLiveAudit } from "../../shared/audits/index.ts";
import type { ApiEnv } from "../../workers/api/env.ts";
import { accessLog } from "../../workers/api/middleware/access-log.ts";
import { cacheControl } from "../../workers/api/middleware/cache-control.ts";
import { requestId } from "../../workers/api/middleware/request-id.ts";
import { secureHeaders } from "../../workers/api/middleware/secure-headers.ts";
import { visitorContext, workspaceContext } from "../../workers/context.ts";
import worker, { AuditCrawl as RealAuditCrawl } from "../../workers/index.ts";
import { counts, meteredBucket, meteredDatabase, meteredQueue, meterStorage } from "./meter.ts";

// The real Worker with its bindings counted, and one read of its API once more without authentication.

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

/** Which workspace an audit is in, asked once: a caller with a key brings it along. */
const workspaces = new Map<string, string>();

async function workspaceOf(env: Env, auditId: string): Promise<string> {
  const workspaceId =
    workspaces.get(auditId) ?? (await env.DB.prepare("SELECT workspace_id FROM audits WHERE id = ?").bind(auditId).first<string>("workspace_id"));
  if (workspaceId === null) throw new Error(`There is no audit ${auditId}.`);
  workspaces.set(auditId, workspaceId);
  return workspaceId;
}

const open = new Hono<ApiEnv>()
  .use(requestId, accessLog, secureHeaders, cacheControl)
  .get("/bench/counts", (c) => {
    isMetering = true;
    return c.json(counts);
  })
  .get("/bench/audits/:id", async (c) => {
    const { id } = c.req.param();
    const { requestId, log } = c.var;
    const visitor = visitorContext(c.env, { requestId, log, client: { ip: null, userAgent: null } });
    const actor = { kind: "session", id: "ses_none", userId: "usr_none", permissions: new Set(["audits:read"] as const) } as const;
    const ctx = workspaceContext(c.env, visitor, { actor, workspaceId: await workspaceOf(c.env, id), log });
    return c.json(await getLiveAudit(ctx, crawlsOf(c.env), id));
  });

export default {
  fetch: (request, env, ctx) => (new URL(request.url).pathname.startsWith("/bench/") ? open : worker).fetch(request, withMeters(env), ctx),
  queue: (batch, env, ctx) => worker.queue(batch, withMeters(env), ctx),
  scheduled: (controller, env, ctx) => worker.scheduled(controller, withMeters(env), ctx),
} satisfies ExportedHandler<Env>;
