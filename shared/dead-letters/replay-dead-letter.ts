import { eq } from "drizzle-orm";
import { events, parkedMessages } from "../db/schema/index.ts";
import { AppError, type Context, commit, EventMessage, guarded, requirePermission } from "../platform/index.ts";
import { QueueName } from "./schemas.ts";

export type Resend = (queue: QueueName, body: unknown) => Promise<void>;

/**
 * Sends a parked message again and forgets the parked row. The message is sent first: should the second half fail, it is
 * processed twice, which every consumer must bear anyway, and never lost.
 * @throws AppError `not_found`, `conflict` when somebody else replayed or dropped it first
 */
export async function replayDeadLetter(ctx: Context, id: string, resend: Resend): Promise<void> {
  requirePermission(ctx, "operations:write");
  const row = await ctx.db.query.parkedMessages.findFirst({ where: eq(parkedMessages.id, id) });
  if (row === undefined) throw new AppError("not_found", "There is no such dead letter.");
  const queue = QueueName.parse(row.queue);
  const body: unknown = JSON.parse(row.body);
  const event = queue === "events" ? EventMessage.safeParse(body) : undefined;
  if (event?.success === true) {
    await commit(ctx.db, [ctx.db.update(events).set({ handledAt: null }).where(eq(events.id, event.data.eventId))]);
  }
  await resend(queue, body);
  await commit(ctx.db, guarded(ctx.db, ctx.db.delete(parkedMessages).where(eq(parkedMessages.id, id))));
}
