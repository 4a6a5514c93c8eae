import type { Database } from "../db/client.ts";
import type { Clock } from "./clock.ts";
import type { EgressPolicy } from "./egress/index.ts";
import { AppError } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Vault } from "./vault.ts";

/** What a caller may be allowed to do. API keys carry these names as their scopes. */
export const permissions = ["audits:read", "audits:write", "operations:read", "operations:write"] as const;
export type Permission = (typeof permissions)[number];

/** Who acts: an API key in a workspace. */
export interface Actor {
  readonly kind: "key";
  readonly id: string;
  readonly permissions: ReadonlySet<Permission>;
}

/** What every verb receives: who acts, where, with which clock, and the few services it may use. */
export interface Context {
  readonly db: Database;
  readonly actor: Actor;
  readonly workspaceId: string;
  readonly now: Clock;
  readonly log: Log;
  readonly requestId: string;
  /** Which addresses outgoing requests may reach. */
  readonly egress: EgressPolicy;
  /** Encrypts what must be stored and read back, such as credentials. */
  readonly vault: Vault;
  /** Ids of the events that verbs recorded; the edge sends them to the `events` queue once the batch is committed. */
  readonly outbox: string[];
}

/** The first line of every verb. */
export function requirePermission(ctx: Context, permission: Permission): void {
  if (ctx.actor.permissions.has(permission)) return;
  throw new AppError("forbidden", `This needs the permission ${permission}, which the API key does not have.`);
}
