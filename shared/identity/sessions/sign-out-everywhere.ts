import { eq, sql } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { commit, type PersonContext } from "../../platform/index.ts";
import { endSessions } from "./end-sessions.ts";

/** Ends every session of somebody, this one too, and one that is being started at this moment. */
export async function signOutEverywhere(ctx: PersonContext): Promise<void> {
  const { directory: db, userId } = ctx;
  const raise = db
    .update(users)
    .set({ tokenVersion: sql`${users.tokenVersion} + 1` })
    .where(eq(users.id, userId));
  await commit(db, [raise, endSessions(ctx, { userId, why: "sign-out" })]);
}
