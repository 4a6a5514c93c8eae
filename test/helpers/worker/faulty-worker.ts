import worker, { AuditCrawl as RealAuditCrawl } from "../../../workers/index.ts";
import { withFaults } from "./faults.ts";

// The Worker that tests run: the real one, with every binding behind the fault injector.

export class AuditCrawl extends RealAuditCrawl {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, withFaults(env));
  }
}

export default {
  fetch: (request, env, ctx) => worker.fetch(request, withFaults(env), ctx),
  queue: (batch, env, ctx) => worker.queue(batch, withFaults(env), ctx),
  scheduled: (controller, env, ctx) => worker.scheduled(controller, withFaults(env), ctx),
} satisfies ExportedHandler<Env>;
