import { describe, expect, it } from "vitest";
import { readEvents, type ServerSentEvent } from "../../../client/server-sent-events.ts";

interface Read {
  readonly events: ServerSentEvent[];
  readonly retries: number[];
}

/** The events of a stream whose bytes arrive in pieces of `size`. */
async function read(text: string, size = Number.POSITIVE_INFINITY): Promise<Read> {
  const bytes = new TextEncoder().encode(text);
  const step = Math.min(size, Math.max(1, bytes.length));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += step) controller.enqueue(bytes.slice(at, at + step));
      controller.close();
    },
  });
  const retries: number[] = [];
  const events: ServerSentEvent[] = [];
  for await (const event of readEvents(body, { onRetry: (ms) => retries.push(ms) })) events.push(event);
  return { events, retries };
}

const message = (data: string, lastEventId = ""): ServerSentEvent => ({ event: "message", data, lastEventId });

describe("a stream of server-sent events", () => {
  it.each([
    { outcome: "gives an event per empty line", text: "data: a\n\ndata: b\n\n", events: [message("a"), message("b")] },
    { outcome: "joins several data lines", text: "data: a\ndata: b\n\n", events: [message("a\nb")] },
    { outcome: "names the event", text: "event: progress\ndata: 1\n\ndata: 2\n\n", events: [{ event: "progress", data: "1", lastEventId: "" }, message("2")] },
    { outcome: "keeps the id until another comes", text: "id: 7\ndata: a\n\ndata: b\n\n", events: [message("a", "7"), message("b", "7")] },
    { outcome: "takes away one space only", text: "data:  a\n\ndata:b\n\n", events: [message(" a"), message("b")] },
    { outcome: "passes over comments and unknown fields", text: ": still here\n\nmood: good\ndata: a\n\n", events: [message("a")] },
    { outcome: "gives no event without data", text: "event: progress\n\n", events: [] },
    { outcome: "reads a field without a colon", text: "data\n\n", events: [message("")] },
    { outcome: "drops an event that was not finished", text: "data: a\n\ndata: b\n", events: [message("a")] },
    { outcome: "ends lines with CRLF and CR too", text: "data: a\r\n\r\ndata: b\r\rdata: c\n\n", events: [message("a"), message("b"), message("c")] },
    { outcome: "keeps letters that are cut in two", text: "data: ñandú 🌿\n\n", events: [message("ñandú 🌿")] },
  ])("$outcome, however the bytes are cut", async ({ text, events }) => {
    for (const size of [1, 2, 3, 5, Number.POSITIVE_INFINITY]) expect((await read(text, size)).events).toEqual(events);
  });

  it("tells how long to wait before the next connection, and ignores what is not a number", async () => {
    expect((await read("retry: 2000\nretry: soon\n\n")).retries).toEqual([2_000]);
  });
});
