/** One event of a stream, as WHATWG HTML section 9.2.6 dispatches it. */
export interface ServerSentEvent {
  /** `message` when the stream names none. */
  readonly event: string;
  readonly data: string;
  /** The last id the stream gave, which a reader sends back as `Last-Event-ID` when it connects again. */
  readonly lastEventId: string;
}

interface Hooks {
  /** The stream asks readers to wait this long before they connect again. */
  readonly onRetry: (retryMs: number) => void;
}

/** The events of a body, in order. A last event that the stream did not finish with an empty line is dropped, as the standard asks. */
export async function* readEvents(body: ReadableStream<Uint8Array>, { onRetry }: Hooks): AsyncGenerator<ServerSentEvent, void> {
  let event = "";
  let data: string[] = [];
  let lastEventId = "";
  for await (const line of lines(body)) {
    if (line === "") {
      if (data.length > 0) yield { event: event === "" ? "message" : event, data: data.join("\n"), lastEventId };
      event = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
    else if (field === "id" && !value.includes("\0")) lastEventId = value;
    else if (field === "retry" && /^\d+$/.test(value)) onRetry(Number(value));
  }
}

/** Lines of UTF-8 text that end with CR, LF or both, however the bytes were cut into chunks. */
async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      // A CR at the very end may be the first half of a CRLF whose other half is still to come.
      const complete = rest.split(/\r\n|\n|\r(?!$)/);
      rest = complete.pop() ?? "";
      yield* complete;
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
