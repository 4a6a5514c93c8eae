import { desc, lt } from "drizzle-orm";
import { parkedMessages } from "../db/schema/index.ts";
import { type Context, decodeCursor, Id, type ListQuery, pageOf, requirePermission } from "../platform/index.ts";
import { type DeadLetterList, QueueName } from "./schemas.ts";

/** Every parked message of the installation, newest first. Operators see all workspaces. */
export async function listDeadLetters(ctx: Context, { limit, cursor }: ListQuery): Promise<DeadLetterList> {
  requirePermission(ctx, "operations:read");
  const rows = await ctx.db.query.parkedMessages.findMany({
    where: cursor === undefined ? undefined : lt(parkedMessages.id, decodeCursor(cursor, Id("parked"))),
    orderBy: desc(parkedMessages.id),
    limit: limit + 1,
  });
  const { items, ...rest } = pageOf(rows, limit, (row) => row.id);
  return {
    items: items.map(({ id, queue, errorCode, errorMessage, attempts, parkedAt, body }) => ({
      id,
      queue: QueueName.parse(queue),
      errorCode,
      errorMessage,
      attempts,
      parkedAt,
      body,
    })),
    ...rest,
  };
}
