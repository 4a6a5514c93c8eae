import { createMiddleware } from "hono/factory";
import { liveOf } from "../../../durable-objects/stubs.ts";
import { closeChanged } from "../../../shared/live/index.ts";
import { flushOutbox } from "../../context.ts";
import type { PersonEnv, SignedInEnv, VisitorEnv } from "../env.ts";

type AnyEnv = { Bindings: Env; Variables: Partial<VisitorEnv["Variables"] & PersonEnv["Variables"] & SignedInEnv["Variables"]> };

/**
 * Sends recorded events and jobs once the answer is made, and has the connections closed of those whose rights changed, whatever its status: a batch may be
 * committed although its answer was lost.
 */
export const sendOutbox = createMiddleware<AnyEnv>(async function sendOutbox(c, next) {
  await next();
  const recorded = c.var.ctx ?? c.var.person ?? c.var.visitor;
  if (recorded === undefined) return;
  const events = c.var.ctx?.outbox.length ?? 0;
  if (events + recorded.dueEvents.length + recorded.dueJobs.length > 0) c.executionCtx.waitUntil(flushOutbox(c.env, recorded));
  if (recorded.rightsChanges.length > 0) c.executionCtx.waitUntil(closeChanged(recorded, liveOf(c.env)));
});
