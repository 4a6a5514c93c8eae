import { minuteMs, secondMs } from "../../shared/platform/index.ts";

/** How often the progress is read. */
const pollMs = secondMs;
/** A comment this often keeps proxies, which cut silent connections after 30–60 s, from closing the stream. */
const heartbeatMs = 15 * secondMs;
/** A stream ends after this; the reader connects again, and its key is checked again. */
const longestMs = 5 * minuteMs;
/** How long a reader waits before it connects again. */
const retryMs = 2 * secondMs;

/** Where the events come from, and the time in which they come. */
export interface ProgressSource {
  /** What is to be shown, and whether there is nothing more to come. */
  read(): Promise<{ readonly progress: unknown; readonly ended: boolean }>;
  /** What the last event says. */
  result(): Promise<unknown>;
  now(): number;
  sleep(ms: number): Promise<unknown>;
}

/**
 * Server-sent events (WHATWG HTML, section 9.2): `progress` when it changed, a comment every 15 s of silence,
 * `done` with the result at the end; without an end after five minutes it stops, and the reader comes back.
 */
export async function* progressEvents(source: ProgressSource): AsyncGenerator<string, void> {
  const startedAt = source.now();
  let spokeAt = startedAt;
  let shown = "";
  yield `retry: ${retryMs}\n\n`;
  for (;;) {
    const { progress, ended } = await source.read();
    const text = JSON.stringify(progress);
    if (text !== shown) yield event("progress", text);
    else if (source.now() - spokeAt >= heartbeatMs) yield ": still here\n\n";
    if (text !== shown || source.now() - spokeAt >= heartbeatMs) spokeAt = source.now();
    shown = text;
    if (ended) return yield event("done", JSON.stringify(await source.result()));
    if (source.now() - startedAt >= longestMs) return;
    await source.sleep(pollMs);
  }
}

function event(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`;
}
