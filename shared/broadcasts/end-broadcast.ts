import { and, eq, gt } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { broadcasts } from "../db/schema/index.ts";
import { type Context, commitAsOperator, guarded, recordDirectoryEvent, requirePermission } from "../platform/index.ts";
import { unknownBroadcast } from "./stored-broadcast.ts";

/** Shows a broadcast to nobody who comes once this is committed, or within moments after; who has it keeps it. @throws AppError `not_found` also for one that has ended */
export async function endBroadcast(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { directory: db } = ctx;
  const now = ctx.now();
  const [found] = await db.select({ expiresAt: broadcasts.expiresAt }).from(broadcasts).where(eq(broadcasts.id, id)).limit(1);
  if (found === undefined) throw unknownBroadcast();
  const end = db
    .update(broadcasts)
    .set({ expiresAt: now })
    .where(and(eq(broadcasts.id, id), gt(broadcasts.expiresAt, now)));
  const change = { before: { expiresAt: found.expiresAt }, after: { expiresAt: now } };
  const entry = recordChange(ctx, db, { action: "broadcast.end", targetId: id, workspaceId: installationId, ...change });
  const event = recordDirectoryEvent(ctx, installationId, "broadcast.ended", { broadcastId: id });
  await commitAsOperator(ctx, db, [...guarded(db, end), entry, event], async () => unknownBroadcast());
}
