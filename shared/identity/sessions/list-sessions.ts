import { and, desc, eq, gt, isNull, lt } from "drizzle-orm";
import { sessions } from "../../db/schema/index.ts";
import { decodeCursor, Id, type ListQuery, type PersonContext, pageOf } from "../../platform/index.ts";
import { refreshTokenMs } from "./refresh-token.ts";
import type { SessionList } from "./schemas.ts";

/** Where somebody is signed in, newest first: the sessions that were neither ended nor left alone for too long to be refreshed. */
export async function listSessions({ directory, userId, sessionId, now }: PersonContext, { limit, cursor }: ListQuery): Promise<SessionList> {
  const at = now();
  const { id, createdAt, lastUsedAt, ip, userAgent } = sessions;
  const rows = await directory
    .select({ id, createdAt, lastUsedAt, ip, userAgent })
    .from(sessions)
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, at),
        gt(lastUsedAt, at - refreshTokenMs),
        cursor === undefined ? undefined : lt(id, decodeCursor(cursor, Id("session"))),
      ),
    )
    .orderBy(desc(id))
    .limit(limit + 1);
  return pageOf(
    rows.map((row) => ({ ...row, current: row.id === sessionId })),
    limit,
    (session) => session.id,
  );
}
