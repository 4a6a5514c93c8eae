import type { Context } from "hono";
import { reportFault } from "../../shared/platform/index.ts";
import type { PersonEnv, SignedInEnv } from "./env.ts";
import { generatedBody } from "./generated-body.ts";

/**
 * Text as a body that is made only as fast as the reader takes it. When it cannot be finished the connection breaks off, so that no reader takes
 * a part for the whole.
 * @param what names it in the log, such as `report`
 */
export function textStream(
  c: Context<PersonEnv> | Context<SignedInEnv>,
  what: string,
  text: AsyncGenerator<string, void>,
  fields: { readonly auditId?: string } = {},
): ReadableStream<Uint8Array> {
  const { requestId, log } = c.var;
  return generatedBody(text, {
    onFailure(cause, controller) {
      const place = { env: c.env, context: c.executionCtx, log, request: c.req.raw };
      reportFault(place, `${what} broke off`, cause, { requestId, ...fields });
      controller.error(cause);
    },
    async onCancel() {
      await text.return();
    },
  });
}
