import { and, eq, isNull, ne } from "drizzle-orm";
import { sessions } from "../../db/schema/index.ts";
import type { Statement, VisitorContext } from "../../platform/index.ts";

interface Ending {
  readonly userId: string;
  /** Id of the one session that ends; absent when all do. */
  readonly only?: string;
  /** Id of the one session that goes on; absent when none does. */
  readonly butFor?: string;
  readonly why: NonNullable<(typeof sessions.$inferSelect)["revokedFor"]>;
}

/** Ends somebody's sessions that go on, with the refresh tokens of each; their next request is refused. */
export function endSessions({ directory, now }: Pick<VisitorContext, "directory" | "now">, { userId, only, butFor, why }: Ending): Statement {
  return directory
    .update(sessions)
    .set({ revokedAt: now(), revokedFor: why })
    .where(
      and(
        eq(sessions.userId, userId),
        isNull(sessions.revokedAt),
        only === undefined ? undefined : eq(sessions.id, only),
        butFor === undefined ? undefined : ne(sessions.id, butFor),
      ),
    );
}
