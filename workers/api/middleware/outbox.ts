import { createMiddleware } from "hono/factory";
import { flushOutbox } from "../../context.ts";
import type { SignedInEnv } from "../env.ts";

/** Sends recorded events once the answer is made, whatever its status: a batch may be committed although its answer was lost. */
export const sendOutbox = createMiddleware<SignedInEnv>(async function sendOutbox(c, next) {
  await next();
  if (c.var.ctx.outbox.length > 0) c.executionCtx.waitUntil(flushOutbox(c.env, c.var.ctx));
});
