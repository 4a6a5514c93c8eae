import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { apiKeys, audits, members, users, workspaces } from "../../../shared/db/schema/index.ts";
import type { Role } from "../../../shared/identity/index.ts";
import { type Context, createLog, limitNames, maxLimit, newApiKey, newId, type Permission, permissions, sha256Hex } from "../../../shared/platform/index.ts";
import { visitorContext, workspaceContext } from "../../../workers/context.ts";

export interface SeededWorkspace {
  readonly id: string;
  readonly userId: string;
}

/** A workspace with one member, in a database whose tables exist. */
export async function seedWorkspace({ isOperator = false, role = "admin" }: { isOperator?: boolean; role?: Role } = {}): Promise<SeededWorkspace> {
  await applyD1Migrations(env.DB, env.MIGRATIONS);
  const db = directoryDatabase(env);
  const workspace = { id: newId("workspace"), userId: newId("user") };
  await db.batch([
    db.insert(workspaces).values({ id: workspace.id, name: "Test", createdAt: Date.now() }),
    db.insert(users).values({ id: workspace.userId, email: `${workspace.userId}@example.com`, isOperator, createdAt: Date.now() }),
    db.insert(members).values({ workspaceId: workspace.id, userId: workspace.userId, role, createdAt: Date.now() }),
  ]);
  return workspace;
}

interface KeyOptions {
  /** Names of permissions; any text, as a stored key may name one that is gone. */
  readonly scopes?: readonly string[];
  readonly expiresAt?: number;
  readonly revokedAt?: number;
  /** Its own limits; `{}` for those that everybody has. As much as may be unless told otherwise: most tests are not about limits. */
  readonly limits?: Readonly<Record<string, number>>;
}

const generous = Object.fromEntries(limitNames.map((name) => [name, maxLimit]));

/** Stores a key of the workspace and returns its text; with every permission unless told otherwise. */
export async function seedKey(workspace: SeededWorkspace, { scopes = permissions, limits = generous, expiresAt, revokedAt }: KeyOptions = {}): Promise<string> {
  const { key, prefix } = newApiKey("test");
  await directoryDatabase(env)
    .insert(apiKeys)
    .values({
      id: newId("key"),
      workspaceId: workspace.id,
      createdBy: workspace.userId,
      name: "test",
      prefix,
      hash: await sha256Hex(key),
      scopes: [...scopes],
      limits: { ...limits },
      createdAt: Date.now(),
      expiresAt,
      revokedAt,
    });
  return key;
}

/** Stores an audit of the workspace, as if it had been crawled elsewhere, and returns its id. */
export async function seedAudit(workspace: SeededWorkspace, status: "queued" | "completed" = "completed"): Promise<string> {
  const id = newId("audit");
  const at = Date.now();
  const times = status === "completed" ? { startedAt: at, finishedAt: at } : {};
  const options = { maxPages: 100, maxDepth: null, include: [], exclude: [], rate: 2, userAgent: "test", respectRobots: true };
  await directoryDatabase(env)
    .insert(audits)
    .values({ id, workspaceId: workspace.id, createdBy: workspace.userId, url: "https://example.com/", status, options, createdAt: at, ...times });
  return id;
}

interface CallOptions {
  readonly key?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** From where it comes; null where that is not known. From an address of its own unless told otherwise, so that tests do not use up each other's limits. */
  readonly ip?: string | null;
}

let addresses = 0;

/** An address that nobody had in this file yet. */
export function newAddress(): string {
  addresses += 1;
  return `198.18.${addresses >> 8}.${addresses & 255}`;
}

/** One request to the Worker, such as `call("GET", "/api/v1/audits", { key })`. */
export function call(method: string, path: string, { key, body, headers = {}, ip = newAddress() }: CallOptions = {}): Promise<Response> {
  return exports.default.fetch(`https://mentha.test${path}`, {
    method,
    redirect: "manual",
    headers: {
      ...(key === undefined ? {} : { "X-API-Key": key }),
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...(ip === null ? {} : { "CF-Connecting-IP": ip }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** What the answer says: its status, and in words what went wrong. */
export async function outcomeOf(answer: Response): Promise<{ status: number; detail: string }> {
  const text = await answer.text();
  const { detail = "" } = text === "" ? {} : JSON.parse(text);
  return { status: answer.status, detail: String(detail) };
}

/** What a verb receives when a member of a workspace calls it, with every permission unless told otherwise. */
export function contextOf(bindings: Env, workspace: SeededWorkspace, held: readonly Permission[] = permissions): Context {
  const log = createLog();
  const visitor = visitorContext(bindings, { requestId: newId("request"), log, client: { ip: null, userAgent: null } });
  const actor = { kind: "session", id: newId("session"), userId: workspace.userId, permissions: new Set(held) } as const;
  return workspaceContext(bindings, visitor, { actor, workspaceId: workspace.id, log });
}
