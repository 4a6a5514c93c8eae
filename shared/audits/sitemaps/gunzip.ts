import { Unreadable } from "./unreadable.ts";

/** Whether bytes begin as gzip does (RFC 1952, 2.3.1). The name and the Content-Type of a sitemap tell less. */
export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * Unpacks gzip piece by piece: the next piece goes in only when the output of the one before was taken.
 * `pipeThrough` would not do: a runtime may unpack all it is given at once, so a bomb would fill the memory before anyone counts.
 */
export async function* gunzip(packed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const { readable, writable } = new DecompressionStream("gzip");
  const reader = readable.getReader();
  const writer: WritableStreamDefaultWriter<ArrayBuffer | ArrayBufferView> = writable.getWriter();
  const read = (): Promise<ReadableStreamReadResult<Uint8Array>> =>
    reader.read().catch(() => {
      throw new Unreadable("Its gzip data is damaged or incomplete");
    });
  let output = read();
  try {
    for await (const piece of packed) {
      const taken = quiet(writer.write(piece)).then(nextTurn);
      for (let next = await Promise.race([output, taken]); next !== undefined; next = await Promise.race([output, taken])) {
        if (next.done) return;
        yield next.value;
        output = read();
      }
    }
    const closed = quiet(writer.close());
    for (let next = await output; !next.done; next = await read()) yield next.value;
    await closed;
  } finally {
    await quiet(reader.cancel());
  }
}

/** For promises whose failure the next read reports anyway. */
function quiet(promise: Promise<unknown>): Promise<void> {
  return promise.then(
    () => undefined,
    () => undefined,
  );
}

/** Until whatever is on its way has arrived: output that a write produced is read before the next write. */
function nextTurn(): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, 0, undefined));
}
