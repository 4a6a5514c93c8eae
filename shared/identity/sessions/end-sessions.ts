import { and, eq, isNull, ne } from "drizzle-orm";
import { sessions } from "../../db/schema/index.ts";
import type { Statement, VisitorContext } from "../../platform/index.ts";

interface Ending {
  readonly userId: string;
  /** Id of the one session that goes on; absent when none does. */
  readonly butFor?: string;
  readonly why: NonNullable<(typeof sessions.$inferSelect)["revokedFor"]>;
}

/** Ends somebody's sessions, with the refresh tokens of each; their next request is refused. */
export function endSessions({ directory, now }: VisitorContext, { userId, butFor, why }: Ending): Statement {
  return directory
    .update(sessions)
    .set({ revokedAt: now(), revokedFor: why })
    .where(and(eq(sessions.userId, userId), isNull(sessions.revokedAt), butFor === undefined ? undefined : ne(sessions.id, butFor)));
}
