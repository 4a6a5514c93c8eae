import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { z } from "zod";
import { AppError, secondMs } from "../../../shared/platform/index.ts";
import type { ApiEnv } from "../env.ts";

const maxBodyBytes = 1024 * 1024;

/** From the first look at the body to its last byte. 1 MB in this time is a slow connection; who takes longer is holding the request open. */
export const bodyDeadlineMs = 15 * secondMs;

/** Reads a body up to 1 MB, counting what really arrives, since Content-Length may be absent or wrong, and waits for all of it no longer than the deadline. */
export const bodyLimit = createMiddleware<ApiEnv>(async function bodyLimit(c, next) {
  const { body } = c.req.raw;
  if (body) c.req.raw = new Request(c.req.raw, { body: await readInTime(body) });
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

/** Says what a body is for, to a request that brings none where one is needed, such as a DELETE from a program that sends none by itself. */
export function requireBody({ shape }: z.ZodObject): MiddlewareHandler<ApiEnv> {
  const fields = Object.entries(shape);
  const needed = fields.filter(([, schema]) => !z.safeParse(schema, undefined).success);
  const names = (needed.length > 0 ? needed : fields).map(([name]) => `"${name}"`).join(", ");
  const fieldsWords = needed.length > 0 ? names : `one or more of ${names}`;
  return async (c, next) => {
    const { raw } = c.req;
    // Whatever calls itself something else is refused for that.
    const isJson = /json/i.test(raw.headers.get("Content-Type") ?? "json");
    if (isJson && (!raw.body || (await raw.clone().arrayBuffer()).byteLength === 0)) {
      throw new AppError("malformed_json", `This takes a body of JSON with ${fieldsWords}, sent with the header Content-Type: application/json.`);
    }
    await next();
  };
}

async function readInTime(body: ReadableStream<Uint8Array>): Promise<Blob> {
  const reader = body.getReader();
  const deadline = Promise.withResolvers<never>();
  const timer = setTimeout(() => deadline.reject(tooSlow()), bodyDeadlineMs);
  try {
    return await Promise.race([readUpTo(reader, maxBodyBytes), deadline.promise]);
  } catch (error) {
    // What becomes of the rest does not matter, nor whether its sender hears of it.
    void reader.cancel(error).catch(() => undefined);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function readUpTo(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<Blob> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(chunks);
    size += value.byteLength;
    if (size > maxBytes) throw new AppError("payload_too_large", "The body is larger than 1 MB. Send less at once.");
    chunks.push(value);
  }
}

function tooSlow(): AppError {
  return new AppError(
    "request_timeout",
    `The body did not arrive within ${bodyDeadlineMs / secondMs} seconds. Send it without waiting, or in smaller requests.`,
  );
}
