import { OpenAPIHono, type RouteConfig } from "@hono/zod-openapi";
import type { MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { etag } from "hono/etag";
import { z } from "zod";
import { limitPolicies } from "../../shared/limits/index.ts";
import { AppError, isOperatorPermission, limitNames, permissions } from "../../shared/platform/index.ts";
import { type Access, type Declaration, openAccess, type Route } from "./declaration.ts";
import type { ApiEnv } from "./env.ts";
import { fieldErrors } from "./field-errors.ts";
import { chargesOf } from "./limits/charge.ts";
import { documentHeaders } from "./limits/document-headers.ts";
import { answerLimits } from "./middleware/answer-limits.ts";
import { authenticate, authenticateCaller, authenticateOperator, authenticateSelf, noteUse } from "./middleware/authenticate.ts";
import { bodyLimit, emptyBody, requireBody } from "./middleware/body-limit.ts";
import { revalidate } from "./middleware/cache-control.ts";
import { idempotent } from "./middleware/idempotency.ts";
import { type LimitedRoute, limitCaller, limitEarly } from "./middleware/limit.ts";
import { sendOutbox } from "./middleware/outbox.ts";
import { permit } from "./middleware/permission.ts";
import { visit } from "./middleware/visit.ts";
import { answersOf, parametersOf, rateLimitOf, requestOf } from "./route-document.ts";
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
  "x-rate-limit": z.object({ policy: z.enum(limitNames) }),
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
      "x-rate-limit": rateLimitOf(declaration),
      middleware: [answerLimits({ method, path, ...declaration }), ...guards(method, declaration)],
      parameters: parametersOf(declaration),
      request: requestOf(declaration),
      responses: documentHeaders({ ...declaredErrors(declaration), ...answersOf(declaration) }),
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
function guards(method: string, declaration: Declaration): MiddlewareHandler[] {
  const { id, permission, limit, cost, holds, body, bodyOptional, idempotent: databaseName, revalidates, ...made } = declaration;
  const { around, who, may, asks } = admission(permission);
  const runsWhileAsking = method === "get" && holds === undefined && cost === undefined && limitPolicies[limit].beside === true;
  const limited: LimitedRoute = { charges: chargesOf(declaration), holds, asks, runsWhileAsking };
  return [
    every(...around, limitEarly(limited), ...who, limitCaller(limited), ...may),
    ...(body ? [bodyLimit, ...(bodyOptional ? [emptyBody] : []), every(...who, ...may), ...(bodyOptional ? [] : [requireBody(body)])] : []),
    ...(databaseName ? [idempotent({ id, ...made }, databaseName)] : []),
    ...(revalidates ? [etag(), revalidate] : []),
  ];
}

interface Admission {
  /** What goes on after the answer. */
  readonly around: readonly MiddlewareHandler[];
  /** Finds out who calls. */
  readonly who: readonly MiddlewareHandler[];
  /** Refuses whoever may not. */
  readonly may: readonly MiddlewareHandler[];
  readonly asks: LimitedRoute["asks"];
}

const openAdmissions: Readonly<Record<(typeof openAccess)[number], Admission>> = {
  public: { around: [], who: [], may: [], asks: "nobody" },
  visitor: { around: [sendOutbox], who: [visit], may: [], asks: "nobody" },
  person: { around: [sendOutbox], who: [authenticateSelf], may: [], asks: "somebody" },
  caller: { around: [noteUse, sendOutbox], who: [authenticateCaller], may: [], asks: "somebody" },
  member: { around: [noteUse, sendOutbox], who: [authenticate], may: [], asks: "member" },
};

function admission(permission: Access): Admission {
  if (isOpen(permission)) return openAdmissions[permission];
  const who = isOperatorPermission(permission) ? authenticateOperator : authenticate;
  return { around: [noteUse, sendOutbox], who: [who], may: [permit(permission)], asks: "member" };
}

const isOpen = (permission: Access): permission is (typeof openAccess)[number] => Object.hasOwn(openAdmissions, permission);

/** Operators' routes name schemes of their own, since an ordinary member's key never opens them. */
function securityOf(permission: Access): Record<string, string[]>[] {
  if (permission === "public" || permission === "visitor") return [];
  if (permission === "person") return [{ session: [] }];
  return !isOpen(permission) && isOperatorPermission(permission) ? [{ operatorKey: [] }, { operatorBearer: [] }] : [{ apiKey: [] }, { bearer: [] }];
}

const roots: Readonly<Record<string, string>> = { json: "body", param: "params" };

function refuseInvalid(result: { target: string } & ({ success: true } | { success: false; error: z.ZodError })): undefined {
  if (result.success) return;
  const errors = fieldErrors(roots[result.target] ?? result.target, result.error.issues);
  throw new AppError("invalid", "Some values are not valid; `errors` names each of them.", { errors });
}
