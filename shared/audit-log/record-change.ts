import type { SQL } from "drizzle-orm";
import { type Database, installationId } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import { type Actor, newId, type Statement, type VisitorContext } from "../platform/index.ts";
import type { Action } from "./actions.ts";
import { maskText, toldOf } from "./mask.ts";
import { newSalt } from "./personal-digest.ts";

/** Whoever asks: in a workspace, signed in, nobody who is known yet, or Mentha itself. */
export type WhoAsks = Pick<VisitorContext, "now" | "requestId" | "client"> & {
  readonly actor?: Actor | { readonly kind: "system" };
  readonly workspaceId?: string;
  readonly userId?: string;
  readonly sessionId?: string;
};

/** In place of a request's id, where there is not one. */
export const noRequest = "";

/** Mentha itself, whom nobody asked: for what comes on time, or because a time is over. */
export const bySystem = { actor: { kind: "system" }, requestId: noRequest, client: { ip: null, userAgent: null } } as const;

export interface Change {
  readonly action: Action;
  /** What was changed: its id, and never an address or a name. Its kind is what stands before the dot of the action. SQL where only the database may know. */
  readonly targetId: string | SQL;
  /** What was before and what is after, of that which changed; never a secret. */
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after?: Readonly<Record<string, unknown>>;
  /** The person whom before and after tell of, when they tell of one. */
  readonly aboutUserId?: string | SQL;
  /** Where it belongs when that is not the workspace of who asks. */
  readonly workspaceId?: string;
  /** Who asked, when the request itself could not say: somebody who signs in. */
  readonly userId?: string;
}

/** The statement that records a change in the audit log; it belongs in the batch of the change, after it. */
export function recordChange(ctx: WhoAsks, db: Database, change: Change): Statement {
  return db.insert(auditLog).values(entryOf(ctx, change));
}

/** What an entry has to say of a change, as it is stored. */
export function entryOf(ctx: WhoAsks, change: Change) {
  const { action, targetId, aboutUserId = null, workspaceId = ctx.workspaceId ?? installationId } = change;
  const at = ctx.now();
  const details = toldOf(change);
  const { ip, userAgent } = ctx.client;
  return {
    id: newId("logEntry", at),
    workspaceId,
    at,
    action,
    ...whoOf(ctx, change),
    targetKind: action.slice(0, action.indexOf(".")),
    targetId,
    // Whoever asks may choose this and the name of their program.
    requestId: maskText(ctx.requestId),
    clientSalt: newSalt(),
    client: { ip, userAgent: userAgent === null ? null : maskText(userAgent) },
    detailsSalt: details === null ? null : newSalt(),
    details,
    aboutUserId,
  };
}

function whoOf({ actor, userId, sessionId }: WhoAsks, change: Change) {
  if (actor?.kind === "system") return { actorKind: actor.kind, actorId: null, userId: null };
  if (actor !== undefined) return { actorKind: actor.kind, actorId: actor.id, userId: actor.userId };
  if (userId !== undefined && sessionId !== undefined) return { actorKind: "session" as const, actorId: sessionId, userId };
  return { actorKind: "visitor" as const, actorId: null, userId: change.userId ?? null };
}
