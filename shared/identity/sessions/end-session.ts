import { and, eq, isNull } from "drizzle-orm";
import { sessions } from "../../db/schema/index.ts";
import { AppError, type PersonContext } from "../../platform/index.ts";

/**
 * Signs somebody out of one of their sessions: its access token is refused from the next request on, and it cannot be refreshed.
 * @throws AppError `not_found` for a session that has ended, is somebody else's, or never was
 */
export async function endSession({ directory, userId, now }: PersonContext, id: string): Promise<void> {
  const ended = await directory
    .update(sessions)
    .set({ revokedAt: now(), revokedFor: "sign-out" })
    .where(and(eq(sessions.id, id), eq(sessions.userId, userId), isNull(sessions.revokedAt)))
    .returning({ id: sessions.id });
  if (ended.length === 0) throw new AppError("not_found", "You have no such session; GET /api/v1/auth/sessions lists those you have.");
}
