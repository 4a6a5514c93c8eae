import type { Context } from "hono";
import { reportFault, systemClock } from "../../shared/platform/index.ts";
import type { PersonEnv, SignedInEnv } from "./env.ts";
import { generatedBody } from "./generated-body.ts";

/** What somebody takes along, as a body that is made only as fast as the reader takes it; it breaks off when it cannot be finished. */
export function exportStream(c: Context<PersonEnv> | Context<SignedInEnv>, text: AsyncGenerator<string, void>): ReadableStream<Uint8Array> {
  const { requestId, log } = c.var;
  return generatedBody(text, {
    onFailure(cause, controller) {
      reportFault({ env: c.env, context: c.executionCtx, log, request: c.req.raw }, "export broke off", cause, { requestId });
      controller.error(cause);
    },
    async onCancel() {
      await text.return();
    },
  });
}

/** `Content-Disposition` by which a browser saves an export, such as `mentha-workspace-2026-11-22.ndjson`. The date is today's, in UTC. */
export function exportName(what: string, extension: string): string {
  return `attachment; filename="mentha-${what}-${new Date(systemClock()).toISOString().slice(0, 10)}.${extension}"`;
}
