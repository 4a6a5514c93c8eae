import { sizeInWords } from "../../platform/index.ts";
import { Unreadable } from "./unreadable.ts";

/** Small enough that what one piece unpacks to (gzip: at most 1,032 times as much) fits in memory several times over. */
const maxPieceBytes = 16 * 1024;

/** The bytes of a stream in small pieces, so that nothing downstream has to hold a large one. Leaves the stream open when left early. */
export async function* pieces(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (let start = 0; start < value.length; start += maxPieceBytes) yield value.subarray(start, start + maxPieceBytes);
  }
}

/** Passes bytes on until there are more than `maxBytes` of them. */
export async function* limited(source: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const piece of source) {
    total += piece.length;
    if (total > maxBytes) throw new Unreadable(`It is too big: more than ${sizeInWords(maxBytes)} when unpacked, and the rest was not read`);
    yield piece;
  }
}

/** The first bytes of a source (at least `length` of them unless it is shorter), and all of it to be read again from its start. */
export async function peek(source: AsyncIterator<Uint8Array>, length: number): Promise<{ start: Uint8Array; whole: AsyncIterable<Uint8Array> }> {
  let start = new Uint8Array();
  while (start.length < length) {
    const next = await source.next();
    if (next.done === true) break;
    start = concatenate(start, next.value);
  }
  return { start, whole: resumed(start, source) };
}

async function* resumed(start: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield start;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function concatenate(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
