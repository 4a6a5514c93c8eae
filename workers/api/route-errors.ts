import type { RouteConfig } from "@hono/zod-openapi";
import { type ErrorCode, isOperatorPermission, type Permission } from "../../shared/platform/index.ts";
import { type Access, type Declaration, openAccess } from "./declaration.ts";
import { Problem, problems, problemType } from "./problem.ts";
import { documentVersions } from "./versions.ts";

/** What a caller is told, where only some may call; undefined where that cannot be. */
interface Refusals {
  readonly badRequest?: string;
  readonly unauthenticated?: string;
  readonly forbidden?: string;
  readonly notFound: string;
}

const twoSecrets = "X-API-Key and Authorization carry different things";
const noKeyOrToken = "No API key or access token, or one that is not valid (any more)";

const openTexts: Readonly<Record<(typeof openAccess)[number], Refusals>> = {
  public: { notFound: "There is no such thing" },
  visitor: { notFound: "There is no such thing" },
  person: {
    badRequest: twoSecrets,
    unauthenticated: "No access token, or one that is not valid (any more)",
    forbidden: "An API key was sent: this is for people who signed in",
    notFound: "The person has no such thing",
  },
  caller: {
    badRequest: twoSecrets,
    unauthenticated: noKeyOrToken,
    forbidden: "The workspace that X-Workspace names is not that of the key, or not one of the person's",
    notFound: "There is no such thing",
  },
  member: {
    badRequest: `${twoSecrets}, or X-Workspace is missing and several workspaces could be meant`,
    unauthenticated: noKeyOrToken,
    forbidden: "The workspace that X-Workspace names is not that of the key, or not one of the person's",
    notFound: "There is no such thing in this workspace",
  },
};

function textsOf(access: Access): Refusals {
  if (!isPermission(access)) return openTexts[access];
  const isOperators = isOperatorPermission(access);
  return {
    badRequest: `${twoSecrets}, or X-Workspace is missing and several workspaces could be meant`,
    unauthenticated: noKeyOrToken,
    forbidden: isOperators
      ? `Only operators of the installation have the permission ${access}, and keys of theirs that name it`
      : `The API key, or the person's role in the workspace, lacks the permission ${access}`,
    notFound: isOperators ? "There is no such thing" : "There is no such thing in this workspace",
  };
}

const isPermission = (access: Access): access is Permission => !openAccess.some((open) => open === access);

/** The errors that a route may answer with, as OpenAPI responses. */
export function declaredErrors(declaration: Declaration): RouteConfig["responses"] {
  const { permission, params, body, conflict, idempotent, upgrade, refusals = {} } = declaration;
  const overtaken = documentVersions(declaration).refusals;
  const texts = textsOf(permission);
  const badRequest = [refusals.bad_request ?? texts.badRequest ?? [], body ? `The body is ${declaration.bodyOptional ? "" : "missing or "}not JSON` : []]
    .flat()
    .join("; or: ");
  const unauthenticated = refusals.unauthenticated ?? texts.unauthenticated;
  const forbidden = refusals.forbidden ?? texts.forbidden;
  const conflicts = [conflict ?? [], overtaken.conflict ?? [], idempotent ? "A request with this Idempotency-Key is under way" : []].flat().join("; or: ");
  const notFound = refusals.not_found ?? (params && texts.notFound);
  return {
    ...(badRequest ? { 400: problem("bad_request", badRequest) } : {}),
    ...(unauthenticated ? { 401: problem("unauthenticated", unauthenticated) } : {}),
    ...(forbidden ? { 403: problem("forbidden", forbidden) } : {}),
    ...(notFound ? { 404: problem("not_found", notFound) } : {}),
    ...(body ? { 408: problem("request_timeout", "The body did not arrive within 15 seconds") } : {}),
    ...(conflicts ? { 409: problem("conflict", conflicts) } : {}),
    ...(refusals.gone ? { 410: problem("gone", refusals.gone) } : {}),
    ...(overtaken.precondition_failed ? { 412: problem("precondition_failed", overtaken.precondition_failed) } : {}),
    ...(body ? { 413: problem("payload_too_large", "The body is larger than 1 MB") } : {}),
    ...(body ? { 415: problem("unsupported_media_type", "The body is not sent as application/json") } : {}),
    422: problem("invalid", "Values that are not valid, or names that are not known; `errors` lists them"),
    ...(upgrade ? { 426: problem("upgrade_required", "The request does not ask for a WebSocket") } : {}),
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
