import { createMiddleware } from "hono/factory";
import { AppError } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

const maxBodyBytes = 1024 * 1024;

/** Reads a body up to 1 MB and counts what really arrives: Content-Length may be absent or wrong. */
export const bodyLimit = createMiddleware<ApiEnv>(async function bodyLimit(c, next) {
  const { body } = c.req.raw;
  if (body) c.req.raw = new Request(c.req.raw, { body: await readUpTo(body, maxBodyBytes) });
  await next();
});

/** For a body that may be left out: one of no bytes counts as none, whatever type its sender gave it. */
export const emptyBody = createMiddleware<ApiEnv>(async function emptyBody(c, next) {
  const { raw } = c.req;
  if (raw.body && (await raw.clone().arrayBuffer()).byteLength > 0) return next();
  const headers = new Headers(raw.headers);
  headers.delete("Content-Type");
  c.req.raw = new Request(raw, { headers, body: null });
  await next();
});

async function readUpTo(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Blob> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AppError("payload_too_large", "The body is larger than 1 MB. Send less at once.");
    chunks.push(chunk);
  }
  return new Blob(chunks);
}
