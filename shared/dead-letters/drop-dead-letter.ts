import { eq } from "drizzle-orm";
import { parkedMessages } from "../db/schema/index.ts";
import { AppError, type Context, requirePermission } from "../platform/index.ts";

/** Forgets a parked message for good. @throws AppError `not_found` */
export async function dropDeadLetter(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { meta } = await ctx.db.delete(parkedMessages).where(eq(parkedMessages.id, id));
  if (meta.changes === 0) throw new AppError("not_found", "There is no such dead letter.");
}
