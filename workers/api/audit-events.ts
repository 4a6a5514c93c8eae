import { type Crawls, getAudit, hasEnded, liveProgress } from "../../shared/audits/index.ts";
import { AppError, type Context } from "../../shared/platform/index.ts";
import { generatedBody } from "./generated-body.ts";
import { progressEvents } from "./progress-events.ts";

/** The events of one audit as a stream that is read only as fast as the reader takes it. */
export function auditEvents(ctx: Context, crawls: Crawls, auditId: string): ReadableStream<Uint8Array> {
  const left = new AbortController();
  const events = progressEvents({
    async read() {
      const progress = await liveProgress(ctx, crawls, auditId);
      return { progress, ended: hasEnded(progress.status) };
    },
    result: () => getAudit(ctx, auditId),
    now: ctx.now,
    sleep: (ms) => scheduler.wait(ms, { signal: left.signal }),
  });
  return generatedBody(events, {
    onFailure(cause, controller) {
      if (left.signal.aborted) return;
      // The reader connects again and is told by the status of that answer, such as 404 for an audit deleted meanwhile.
      ctx.log.warn("events broke off", { auditId, errorCode: AppError.from(cause).code });
      controller.close();
    },
    onCancel: () => left.abort(),
  });
}
