import type { RouteConfig } from "@hono/zod-openapi";
import type { ErrorCode } from "../../shared/platform/index.ts";
import type { Declaration } from "./declaration.ts";
import { Problem, problems, problemType } from "./problem.ts";

/** The errors that a route may answer with, as OpenAPI responses. */
export function declaredErrors({ permission, params, body, conflict, refusals = {} }: Declaration): RouteConfig["responses"] {
  const needsKey = permission !== "public" && permission !== "visitor";
  return {
    ...(needsKey || body ? { 400: problem("bad_request", body ? "Two different keys, or a body that is not JSON" : "Two different keys were sent") } : {}),
    ...(needsKey ? { 401: problem("unauthenticated", "No API key, or one that is not valid") } : {}),
    ...(needsKey ? { 403: problem("forbidden", `The key lacks the permission ${permission}`) } : {}),
    ...(params ? { 404: problem("not_found", "There is no such thing in this workspace") } : {}),
    ...(conflict ? { 409: problem("conflict", conflict) } : {}),
    ...(body ? { 413: problem("payload_too_large", "The body is larger than 1 MB") } : {}),
    ...(body ? { 415: problem("unsupported_media_type", "The body is not sent as application/json") } : {}),
    ...(refusals.unauthenticated ? { 401: problem("unauthenticated", refusals.unauthenticated) } : {}),
    ...(refusals.forbidden ? { 403: problem("forbidden", refusals.forbidden) } : {}),
    ...(refusals.not_found ? { 404: problem("not_found", refusals.not_found) } : {}),
    ...(refusals.gone ? { 410: problem("gone", refusals.gone) } : {}),
    422: problem("invalid", "Values that are not valid, or names that are not known; `errors` lists them"),
    429: { description: "Too many requests; try again later", content: { [problemType]: { schema: Problem } } },
    500: problem("internal", "A fault on our side; the answer says nothing but its request id"),
    503: problem("unavailable", "Something this needs does not answer right now; try again"),
  };
}

function problem(code: ErrorCode, description: string) {
  const { status, title } = problems[code];
  const example: Problem = {
    type: `urn:mentha:problem:${code}`,
    title,
    status,
    detail: description,
    instance: "/api/v1/audits",
    code,
    requestId: "req_01k9z8q5v0c3r7t2m4n6p8s1w5",
    errors: code === "invalid" ? [{ path: "query.limit", message: "Use at most 100" }] : [],
  };
  return { description, content: { [problemType]: { schema: Problem, example } } };
}
