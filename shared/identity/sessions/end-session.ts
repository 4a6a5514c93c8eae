import { recordChange } from "../../audit-log/index.ts";
import { AppError, commitOr, guarded, type PersonContext } from "../../platform/index.ts";
import { endSessions } from "./end-sessions.ts";

/**
 * Signs somebody out of one of their sessions: its access token is refused from the next request on, and it cannot be refreshed.
 * @throws AppError `not_found` for a session that has ended, is somebody else's, or never was
 */
export async function endSession(ctx: PersonContext, id: string): Promise<void> {
  const { directory: db, userId } = ctx;
  const unknown = async () => new AppError("not_found", "You have no such session; GET /api/v1/auth/sessions lists those you have.");
  const end = endSessions(ctx, { userId, only: id, why: "sign-out" });
  ctx.rightsChanges.push({ workspaceId: null, userId, actorId: id });
  await commitOr(db, [...guarded(db, end), recordChange(ctx, db, { action: "session.end", targetId: id, aboutUserId: userId })], unknown);
}
