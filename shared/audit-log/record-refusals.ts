import type { Database } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import type { Statement } from "../platform/index.ts";
import type { Action } from "./actions.ts";
import { hashedId } from "./hashed-id.ts";
import { newSalt } from "./personal-digest.ts";
import { noRequest } from "./record-change.ts";

/** Requests of one caller that were refused in the same minute, on the same route, for the same reason. */
export interface Refusal {
  readonly workspaceId: string;
  readonly actorKind: "session" | "key";
  /** Id of the key; null for somebody who signed in, whose sessions are counted together. */
  readonly actorId: string | null;
  /** The person; of a key, the one who made it. */
  readonly userId: string;
  /** The start of the minute. */
  readonly minute: number;
  /** Method and template, such as `DELETE /api/v1/keys/{prefix}`. */
  readonly route: string;
  /** Code of the problem. */
  readonly code: string;
  readonly count: number;
}

const action: Action = "request.refuse";

/** The statements that record minutes of refusals, one entry each. The same minute written again changes nothing. */
export function recordRefusals(db: Database, refusals: readonly Refusal[]): Statement[] {
  return refusals.map(({ workspaceId, actorKind, actorId, userId, minute, route, code, count }) =>
    db
      .insert(auditLog)
      .values({
        id: hashedId([workspaceId, actorId ?? userId, route, code, minute]),
        workspaceId,
        at: minute,
        action,
        actorKind,
        userId,
        actorId,
        targetKind: "request",
        targetId: route,
        requestId: noRequest,
        detailsSalt: newSalt(),
        details: { after: { code, count } },
      })
      .onConflictDoNothing({ target: auditLog.id }),
  );
}
