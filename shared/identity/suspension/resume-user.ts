import { and, eq } from "drizzle-orm";
import { users } from "../../db/schema/index.ts";
import { type Context, commitAsOperator, guarded, requirePermission } from "../../platform/index.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { readSuspension } from "./suspend-user.ts";
import { unlessDone } from "./unless-done.ts";

/** Lets somebody act again, with what they had: sessions that have not ended, keys and memberships. Who may already stays as they are. @throws AppError `not_found` */
export async function resumeUser(ctx: Context, userId: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  const suspendedAt = await readSuspension(ctx, userId);
  if (suspendedAt === null) return;
  const write = db
    .update(users)
    .set({ suspendedAt: null })
    .where(and(eq(users.id, userId), eq(users.suspendedAt, suspendedAt)));
  const entry = recordAccountChange(ctx, userId, { action: "user.resume", before: { suspendedAt }, after: { suspendedAt: null } });
  await unlessDone(
    async () => (await readSuspension(ctx, userId)) === null,
    () => commitAsOperator(ctx, db, [...guarded(db, write), entry]),
  );
}
