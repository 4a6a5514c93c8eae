import { eq, sql } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { guarded, type Statement, type VisitorContext } from "../../platform/index.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends every session of a user, and one that is being started at this moment. The batch fails when there is no such user. */
export function endEverySession(ctx: VisitorContext, userId: string): Statement[] {
  const { directory: db } = ctx;
  const raise = db
    .update(users)
    .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
    .where(eq(users.id, userId));
  return [...guarded(db, raise), endSessions(ctx, { userId, why: "sign-out" }), recordAccountChange(ctx, userId, { action: "user.sign-out" })];
}
