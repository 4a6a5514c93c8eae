import type { MiddlewareHandler } from "hono";
import type { z } from "zod";
import type { ConcurrencyName } from "../../shared/limits/index.ts";
import type { Permission } from "../../shared/platform/index.ts";
import type { CallerEnv, PersonEnv, SignedInEnv, VisitorEnv } from "./env.ts";
import type { LimitDeclaration } from "./limits/charge.ts";
import type { Problem, problemType } from "./problem.ts";

/**
 * Who may call a route that asks for no permission in a workspace: `public`, anybody and nothing is looked at; `visitor`, anybody, such as
 * whoever signs in; `person`, somebody who signed in; `caller`, they or an API key; `member`, the same two in a workspace that they belong to.
 */
export const openAccess = ["public", "visitor", "person", "caller", "member"] as const;
export type Access = Permission | (typeof openAccess)[number];

type MediaType =
  | "text/html"
  | "text/event-stream"
  | "text/markdown"
  | "text/csv"
  | "application/sarif+json"
  | "application/x-ndjson"
  | "application/xml"
  | "application/pdf";

/** Everything about a route that is not its code. OpenAPI, the guards and the security tests all read this. */
export interface Declaration extends LimitDeclaration {
  /** OpenAPI's operationId; also the name of the method in generated clients. */
  readonly id: string;
  readonly tag:
    | "Audits"
    | "Rules"
    | "Operations"
    | "Health"
    | "Sign-in"
    | "People"
    | "Workspace"
    | "Keys"
    | "Projects"
    | "Reports"
    | "Audit log"
    | "Usage"
    | "Live"
    | "Mutes"
    | "Schedules"
    | "Webhooks"
    | "Notifications";
  /** What the caller must be allowed to do in the workspace, or who they must be. */
  readonly permission: Access;
  /** What it holds open, of which a caller may have so many at once. */
  readonly holds?: ConcurrencyName;
  /** What a success adds to the caller's usage, beside a request. */
  readonly counts?: "audits";
  /** Takes an `Idempotency-Key`. In which database the verb commits its effect: there the claim must be too. */
  readonly idempotent?: "db" | "directory";
  /** Where what it made is found: an address with names of the answer's fields in braces. Its handler answers with `locationOf`. */
  readonly location?: `/${string}`;
  /** It is about one version of something that people edit: its answer carries an ETag, and what edits or ends it takes `If-Match`. */
  readonly versioned?: true;
  readonly summary: string;
  readonly description: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  /** The body may be left out, which says the same as `{}`. */
  readonly bodyOptional?: true;
  /** The answer's schema, under the name of its status: 200, 201, 202, 204 (described in words), 503 instead of a problem. */
  readonly ok?: z.ZodType;
  readonly created?: z.ZodType;
  readonly accepted?: z.ZodType;
  /** A 202 for what is done later and leaves nothing to look at, such as an e-mail. */
  readonly promised?: z.ZodType;
  readonly noContent?: string;
  readonly unavailable?: z.ZodType;
  /** A 101, described in words: the connection goes on as a WebSocket. */
  readonly upgrade?: string;
  /** `ok` is JSON that is written while it is made. */
  readonly streamed?: true;
  /** Media type of `ok` when it is not JSON, or those that the caller may choose from. */
  readonly produces?: MediaType | readonly MediaType[];
  /** When it answers 409. */
  readonly conflict?: string;
  /** Why else it refuses, by code. */
  readonly refusals?: Readonly<Partial<Record<"bad_request" | "unauthenticated" | "forbidden" | "not_found" | "gone", string>>>;
  /** The answer carries an ETag, and `If-None-Match` is honoured. */
  readonly revalidates?: true;
  readonly examples?: { readonly body?: unknown; readonly answer?: unknown };
}

type Content<MediaType extends string, Schema> = { description: string; content: Record<MediaType, { schema: Schema }> };
/** For Hono's types alone: an answer of any type but JSON is a text or a stream, SARIF too, although its name ends in `+json`. */
type MediaTypeOf<D> = D extends { produces: string | readonly string[] } | { streamed: true } ? "*/*" : "application/json";

type Answers<D> = (D extends { ok: infer S extends z.ZodType } ? { 200: Content<MediaTypeOf<D>, S> } : object) &
  (D extends { created: infer S extends z.ZodType } ? { 201: Content<"application/json", S> } : object) &
  (D extends { accepted: infer S extends z.ZodType } ? { 202: Content<"application/json", S> } : object) &
  (D extends { promised: infer S extends z.ZodType } ? { 202: Content<"application/json", S> } : object) &
  (D extends { noContent: string } ? { 204: { description: string } } : object) &
  (D extends { upgrade: string } ? { 101: { description: string } } : object) &
  (D extends { unavailable: infer S extends z.ZodType } ? { 503: Content<"application/json", S> } : object);

type Request<D> = (D extends { params: infer S extends z.ZodObject } ? { params: S } : object) &
  (D extends { query: infer S extends z.ZodObject } ? { query: S } : object) &
  (D extends { body: infer S extends z.ZodObject } ? { body: { required: true; content: { "application/json": { schema: S } } } } : object);

interface EnvOf {
  visitor: VisitorEnv;
  person: PersonEnv;
  caller: CallerEnv;
  member: SignedInEnv;
}
type Guard<D> = D extends { permission: "public" }
  ? object
  : D extends { permission: infer A extends keyof EnvOf }
    ? { middleware: MiddlewareHandler<EnvOf[A]> }
    : { middleware: MiddlewareHandler<SignedInEnv> };

type ErrorStatus = 400 | 401 | 403 | 404 | 408 | 409 | 410 | 412 | 413 | 415 | 422 | 426 | 429 | 500 | 503;

/** Any of these may be answered: handlers throw, and the edge turns what they throw into a problem. */
type ErrorResponses = Record<ErrorStatus, { description: string; content: Record<typeof problemType, { schema: typeof Problem }> }>;

/** A declaration in the form that `OpenAPIHono.openapi` checks a handler against. */
export type Route<Method extends string, Path extends string, D> = Guard<D> & {
  method: Method;
  path: Path;
  request: Request<D>;
  responses: Answers<D> & ErrorResponses;
};
