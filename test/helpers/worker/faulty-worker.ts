import { usualTree } from "../../../shared/presence/index.ts";
import worker, {
  AuditCrawl as RealAuditCrawl,
  Metrics as RealMetrics,
  OnlineTotals as RealOnlineTotals,
  OnlineUsers as RealOnlineUsers,
  RateLimiter as RealRateLimiter,
  WebhookEndpoint as RealWebhookEndpoint,
} from "../../../workers/index.ts";
import { type Caller, strikeTransaction } from "./faults.ts";
import { withFaults } from "./faulty-bindings.ts";

// The Worker that tests run: the real one, with every binding and the storage of its objects behind the fault injector.

export class AuditCrawl extends RealAuditCrawl {
  constructor(ctx: DurableObjectState, env: Env) {
    const caller: Caller = {
      stage: () => stageIn(ctx.storage.sql),
      stored: () => ctx.storage.sync(),
      die: () => ctx.abort("injected: the object is gone"),
    };
    const transactionSync = ctx.storage.transactionSync.bind(ctx.storage);
    ctx.storage.transactionSync = (work) => strikeTransaction(caller, () => transactionSync(work));
    super(ctx, withFaults(env, caller));
  }
}

/** What the storage says of the crawl; `crawling, leased` while consumers have something of it. */
function stageIn(sql: SqlStorage): string {
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'crawl'").toArray().length === 0) return "unstarted";
  const [row] = sql.exec<{ stage: string }>("SELECT state ->> '$.stage' AS stage FROM crawl").toArray();
  if (row === undefined) return "unstarted";
  const isOut = sql.exec("SELECT 1 FROM url WHERE state = 'leased' LIMIT 1").toArray().length > 0;
  return isOut ? `${row.stage}, leased` : row.stage;
}

export class RateLimiter extends RealRateLimiter {
  constructor(ctx: DurableObjectState, env: Env) {
    const die = () => ctx.abort("injected: the object is gone");
    super(ctx, withFaults(env, { stage: () => "limits", stored: () => ctx.storage.sync(), die }));
  }
}

export class OnlineUsers extends RealOnlineUsers {
  constructor(ctx: DurableObjectState, env: Env) {
    const die = () => ctx.abort("injected: the object is gone");
    super(ctx, withFaults(env, { stage: () => "sockets", stored: () => ctx.storage.sync(), die }));
  }
}

export class WebhookEndpoint extends RealWebhookEndpoint {
  constructor(ctx: DurableObjectState, env: Env) {
    const die = () => ctx.abort("injected: the object is gone");
    super(ctx, withFaults(env, { stage: () => "deliveries", stored: () => ctx.storage.sync(), die }));
  }
}

/** With leaves from so many objects of sockets on that a test can have them. */
export class OnlineTotals extends RealOnlineTotals {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, withFaults(env), { ...usualTree, shardsPerNode: 40 });
  }
}

export class Metrics extends RealMetrics {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, withFaults(env));
  }
}

export default {
  fetch: (request, env, ctx) => worker.fetch(request, withFaults(env), ctx),
  queue: (batch, env, ctx) => worker.queue(batch, withFaults(env), ctx),
  scheduled: (controller, env, ctx) => worker.scheduled(controller, withFaults(env), ctx),
} satisfies ExportedHandler<Env>;
