import type { EgressBody } from "./limited-body.ts";

/** All bytes of an `EgressResponse` body, which limits itself; fails as the body does. No body is no bytes. */
export async function readLimited(body: EgressBody | null): Promise<Uint8Array> {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = new Uint8Array(chunks.reduce((total, { byteLength }) => total + byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
