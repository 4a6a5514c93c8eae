import { Audit, LiveProgress } from "../shared/audits/index.ts";
import { isFinal } from "./is-final.ts";
import { readEvents } from "./server-sent-events.ts";
import { wait } from "./wait.ts";

export type AuditEvent = { readonly type: "progress"; readonly progress: LiveProgress } | { readonly type: "done"; readonly audit: Audit };

type Connect = (init: RequestInit) => Promise<Response>;

/** Until the stream says otherwise (its `retry` field). */
const defaultRetryMs = 1_000;
const longestWaitMs = 30_000;
/** Connections in a row that may bring nothing before we give up. */
const maxFailures = 8;

/**
 * An audit's events up to `done`. A stream that breaks off is taken up again with `Last-Event-ID`, after the time it asked for,
 * longer with every connection that brought nothing. Throws what the last of eight such connections threw, at once what another
 * try would not mend, and the signal's reason when it is aborted.
 */
export async function* watchAudit(connect: Connect, signal: AbortSignal = new AbortController().signal): AsyncGenerator<AuditEvent, void> {
  let retryMs = defaultRetryMs;
  let lastEventId = "";
  let failures = 0;
  for (;;) {
    signal.throwIfAborted();
    let problem: unknown = new Error("The server closes the stream of events before it says anything.");
    try {
      const response = await connect({ signal, headers: { Accept: "text/event-stream", ...(lastEventId === "" ? {} : { "Last-Event-ID": lastEventId }) } });
      const stream = response.body === null ? [] : readEvents(response.body, { onRetry: (ms) => (retryMs = ms) });
      for await (const event of stream) {
        const parsed = parseEvent(event.event, event.data);
        failures = 0;
        lastEventId = event.lastEventId;
        if (parsed !== null) yield parsed;
        if (parsed?.type === "done") return;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      if (isFinal(thrown)) throw thrown;
      problem = thrown;
    }
    failures += 1;
    if (failures >= maxFailures) throw problem;
    await wait(Math.min(longestWaitMs, retryMs * 2 ** (failures - 1)), signal);
  }
}

/** Events with other names are for newer readers. */
function parseEvent(name: string, data: string): AuditEvent | null {
  if (name === "progress") return { type: "progress", progress: LiveProgress.parse(JSON.parse(data)) };
  if (name === "done") return { type: "done", audit: Audit.parse(JSON.parse(data)) };
  return null;
}
