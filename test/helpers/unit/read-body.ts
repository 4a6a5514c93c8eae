/** All bytes of a body, which fails as the body does. No body is no bytes. */
export async function readBody(body: AsyncIterable<Uint8Array> | null): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  // Copied: a piece may be a small part of a large buffer.
  for await (const chunk of body ?? []) chunks.push(chunk.slice());
  return new Blob(chunks).bytes();
}
