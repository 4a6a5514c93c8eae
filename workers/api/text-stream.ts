import type { Context } from "hono";
import { reportFault } from "../../shared/platform/index.ts";
import type { SignedInEnv } from "./env.ts";
import { generatedBody } from "./generated-body.ts";

/**
 * Text about an audit as a body that is made only as fast as the reader takes it. When it cannot be finished the connection breaks off,
 * so that no reader takes a part for the whole.
 */
export function textStream(c: Context<SignedInEnv>, auditId: string, text: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const { requestId, ctx } = c.var;
  return generatedBody(text, {
    onFailure(cause, controller) {
      const place = { env: c.env, context: c.executionCtx, log: ctx.log, request: c.req.raw };
      reportFault(place, "report broke off", cause, { requestId, auditId });
      controller.error(cause);
    },
    async onCancel() {
      await text.return();
    },
  });
}
