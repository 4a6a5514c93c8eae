import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { AppError, type ErrorCode, errorCodes, secondMs, Text } from "../../shared/platform/index.ts";
import type { ApiEnv } from "./env.ts";
import { maxFieldErrors } from "./field-errors.ts";

interface ProblemKind {
  readonly status: ContentfulStatusCode;
  readonly title: string;
}

/** The one place where an error gets its HTTP status. */
export const problems = {
  bad_request: { status: 400, title: "Bad request" },
  malformed_json: { status: 400, title: "Malformed JSON" },
  unauthenticated: { status: 401, title: "Not authenticated" },
  forbidden: { status: 403, title: "Not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  request_timeout: { status: 408, title: "Request took too long" },
  conflict: { status: 409, title: "Conflict" },
  gone: { status: 410, title: "Gone" },
  precondition_failed: { status: 412, title: "Changed meanwhile" },
  payload_too_large: { status: 413, title: "Body too large" },
  unsupported_media_type: { status: 415, title: "Unsupported media type" },
  upgrade_required: { status: 426, title: "Upgrade required" },
  rate_limited: { status: 429, title: "Too many requests" },
  invalid: { status: 422, title: "Invalid values" },
  egress_refused: { status: 422, title: "Address not allowed" },
  too_many_redirects: { status: 502, title: "Too many redirects" },
  host_unreachable: { status: 502, title: "Host unreachable" },
  upstream_too_large: { status: 502, title: "Upstream response too large" },
  upstream_malformed: { status: 502, title: "Upstream response malformed" },
  upstream_timeout: { status: 504, title: "Upstream timeout" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
  internal: { status: 500, title: "Internal error" },
} as const satisfies Record<ErrorCode, ProblemKind>;

/** RFC 9457, with `code` for programs, `requestId` for support and one entry in `errors` per wrong value. */
export const Problem = z
  .object({
    type: Text(100).describe("Names the kind of problem: `urn:mentha:problem:` and the code"),
    title: Text(100),
    status: z.int().min(400).max(599),
    detail: Text(2_000).describe("What happened and what to do, for a person"),
    instance: Text(4_096).describe("Path of the request"),
    code: z.enum(errorCodes),
    requestId: Text(64).describe("Also in the X-Request-Id header; quote it when you report a problem"),
    errors: z.array(z.object({ path: Text(500).describe("Such as `body.maxPages`"), message: Text(2_000) })).max(maxFieldErrors),
  })
  .meta({ id: "Problem" });
export type Problem = z.infer<typeof Problem>;

export const problemType = "application/problem+json";

// What went wrong inside is for the log: an answer must not tell strangers.
const serverFault = "Something went wrong on our side. Try again; if it keeps happening, report it with the request id.";

/** Statuses that Hono's own checks of a body end with. */
const frameworkErrors: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ["malformed_json", "The body is not valid JSON."],
  415: ["unsupported_media_type", "Send the body as JSON, with the header Content-Type: application/json."],
};

/** Any thrown value as the product's error, Hono's own included. */
export function toAppError(thrown: unknown): AppError {
  if (!(thrown instanceof HTTPException)) return AppError.from(thrown);
  const known = frameworkErrors[thrown.status];
  return known ? new AppError(...known, { cause: thrown }) : AppError.from(thrown);
}

export function statusOf(error: AppError): ContentfulStatusCode {
  return problems[error.code].status;
}

/** The answer to a failed request. A 5xx says nothing but its request id. */
export function problemAnswer(c: Context<ApiEnv>, error: AppError, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, title } = problems[error.code];
  const hidden = status >= 500;
  const problem: Problem = {
    type: `urn:mentha:problem:${error.code}`,
    title,
    status,
    detail: hidden ? serverFault : error.message,
    instance: c.req.path,
    code: error.code,
    requestId: c.var.requestId,
    errors: hidden ? [] : error.errors.map(({ path, message }) => ({ path, message })),
  };
  // RFC 9110 section 11.6.1: a 401 names the scheme to use.
  const challenge = error.code === "unauthenticated" ? { "WWW-Authenticate": "Bearer" } : {};
  // Section 15.5.22: a 426 names the protocol to change to.
  const protocol = error.code === "upgrade_required" ? { Upgrade: "websocket" } : {};
  const wait = error.retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(error.retryAfterMs / secondMs)) };
  return c.body(JSON.stringify(problem), status, { "Content-Type": problemType, ...challenge, ...protocol, ...wait, ...headers });
}
