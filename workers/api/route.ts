import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { etag } from "hono/etag";
import { z } from "zod";
import { AppError, permissions } from "../../shared/platform/index.ts";
import { type Access, type Declaration, openAccess, type Route } from "./declaration.ts";
import type { ApiEnv } from "./env.ts";
import { fieldErrors } from "./field-errors.ts";
import { limits } from "./limits.ts";
import { authenticate, authenticateCaller, authenticateSelf, noteUse } from "./middleware/authenticate.ts";
import { bodyLimit, emptyBody } from "./middleware/body-limit.ts";
import { revalidate } from "./middleware/cache-control.ts";
import { sendOutbox } from "./middleware/outbox.ts";
import { permit } from "./middleware/permission.ts";
import { visit } from "./middleware/visit.ts";
import { declaredErrors } from "./route-errors.ts";

/** Declares a route; each refuses query parameters that it does not know. */
export const get = declareAs("get");
export const post = declareAs("post");
export const patch = declareAs("patch");
export const del = declareAs("delete");

/** An app for the routes of one domain. */
export function api(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
}

const methods = ["get", "post", "patch", "delete"] as const;

const DeclaredRoute = z.object({
  method: z.enum(methods),
  path: z.string(),
  "x-permission": z.enum([...permissions, ...openAccess]),
});
type DeclaredRoute = z.infer<typeof DeclaredRoute>;

/** Every route of an app that was declared here, for tests that must not forget one. */
export function declaredRoutes({ openAPIRegistry }: OpenAPIHono<ApiEnv>): DeclaredRoute[] {
  return openAPIRegistry.definitions.flatMap((definition) => (definition.type === "route" ? [DeclaredRoute.parse(definition.route)] : []));
}

function declareAs<const Method extends (typeof methods)[number]>(method: Method) {
  return <const Path extends `/${string}`, const D extends Declaration>(path: Path, declaration: D): Route<Method, Path, D> => {
    const route: RouteConfig = {
      method,
      path,
      operationId: declaration.id,
      tags: [declaration.tag],
      summary: declaration.summary,
      description: declaration.description,
      security: securityOf(declaration.permission),
      "x-permission": declaration.permission,
      "x-rate-limit": { policy: declaration.limit, ...limits[declaration.limit] },
      middleware: guards(declaration),
      request: requestOf(declaration),
      responses: { ...declaredErrors(declaration), ...answersOf(declaration) },
    };
    // `Route` says in types what was built here from the same declaration; TypeScript cannot follow the optional parts.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return route as unknown as Route<Method, Path, D>;
  };
}

/**
 * What a request passes, in order. A stranger is refused before anything of it is read; and since its sender decides how long the body takes,
 * the caller is looked at again after it: a role, a key, a session or a membership that ended meanwhile does nothing any more.
 */
function guards({ permission, body, bodyOptional, revalidates }: Declaration): MiddlewareHandler[] {
  const { around, who } = admission(permission);
  return [
    every(...around, ...who),
    ...(body ? [bodyLimit, ...(bodyOptional ? [emptyBody] : []), every(...who)] : []),
    ...(revalidates ? [etag(), revalidate] : []),
  ];
}

interface Admission {
  /** What goes on after the answer. */
  readonly around: readonly MiddlewareHandler[];
  /** Finds out who calls, and refuses whoever may not. */
  readonly who: readonly MiddlewareHandler[];
}

const openAdmissions: Readonly<Record<(typeof openAccess)[number], Admission>> = {
  public: { around: [], who: [] },
  visitor: { around: [sendOutbox], who: [visit] },
  person: { around: [sendOutbox], who: [authenticateSelf] },
  caller: { around: [noteUse, sendOutbox], who: [authenticateCaller] },
};

function admission(permission: Access): Admission {
  return isOpen(permission) ? openAdmissions[permission] : { around: [noteUse, sendOutbox], who: [authenticate, permit(permission)] };
}

const isOpen = (permission: Access): permission is (typeof openAccess)[number] => Object.hasOwn(openAdmissions, permission);

/** Operators' routes name schemes of their own, since an ordinary member's key never opens them. */
function securityOf(permission: Access): Record<string, string[]>[] {
  if (permission === "public" || permission === "visitor") return [];
  if (permission === "person") return [{ session: [] }];
  return permission.startsWith("operations:") ? [{ operatorKey: [] }, { operatorBearer: [] }] : [{ apiKey: [] }, { bearer: [] }];
}

function requestOf({ params, query = z.object({}), body, bodyOptional, examples }: Declaration): NonNullable<RouteConfig["request"]> {
  return {
    ...(params ? { params } : {}),
    query: query.strict(),
    ...(body ? { body: { required: bodyOptional !== true, content: { "application/json": { schema: body, ...exampleOf(examples?.body) } } } } : {}),
  };
}

function answersOf({ ok, created, accepted, promised, noContent, unavailable, produces, revalidates, examples }: Declaration): RouteConfig["responses"] {
  const example = exampleOf(examples?.answer);
  return {
    ...(ok ? { 200: { description: "Done", content: { [produces ?? "application/json"]: { schema: ok, ...example } } } } : {}),
    ...(created ? { 201: { description: "Made", content: { "application/json": { schema: created, ...example } } } } : {}),
    ...(accepted
      ? { 202: { description: "Accepted; the work goes on", headers: locationHeader, content: { "application/json": { schema: accepted, ...example } } } }
      : {}),
    ...(promised ? { 202: { description: "Accepted; it is done soon", content: { "application/json": { schema: promised, ...example } } } } : {}),
    ...(noContent ? { 204: { description: noContent } } : {}),
    ...(revalidates ? { 304: { description: "Not changed since the answer whose ETag is in If-None-Match" } } : {}),
    ...(unavailable ? { 503: { description: "Something this needs does not answer", content: { "application/json": { schema: unavailable } } } } : {}),
  };
}

const locationHeader = {
  Location: { description: "Path of what was made", required: true, schema: { type: "string" as const, format: "uri-reference", maxLength: 2_000 } },
};

function exampleOf(example: unknown): { example?: unknown } {
  return example === undefined ? {} : { example };
}

const roots: Readonly<Record<string, string>> = { json: "body", param: "params" };

function refuseInvalid(result: { target: string } & ({ success: true } | { success: false; error: z.ZodError })): undefined {
  if (result.success) return;
  const errors = fieldErrors(roots[result.target] ?? result.target, result.error.issues);
  throw new AppError("invalid", "Some values are not valid; `errors` names each of them.", { errors });
}
