import { createMiddleware } from "hono/factory";
import { flushOutbox } from "../../context.ts";
import type { PersonEnv, SignedInEnv, VisitorEnv } from "../env.ts";

type AnyEnv = { Bindings: Env; Variables: Partial<VisitorEnv["Variables"] & PersonEnv["Variables"] & SignedInEnv["Variables"]> };

/** Sends recorded events and jobs once the answer is made, whatever its status: a batch may be committed although its answer was lost. */
export const sendOutbox = createMiddleware<AnyEnv>(async function sendOutbox(c, next) {
  await next();
  const recorded = c.var.ctx ?? c.var.person ?? c.var.visitor;
  if (recorded === undefined) return;
  const events = c.var.ctx?.outbox.length ?? 0;
  if (events + recorded.dueJobs.length > 0) c.executionCtx.waitUntil(flushOutbox(c.env, recorded));
});
