import { eq } from "drizzle-orm";
import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { events } from "../db/schema/index.ts";
import { type Context, commit, commitAsOperator, EventMessage, guarded, requirePermission } from "../platform/index.ts";
import { findParked, forgetParked } from "./parked-message.ts";
import { QueueName } from "./schemas.ts";

export type Resend = (queue: QueueName, body: unknown) => Promise<void>;

/**
 * Sends a parked message again and forgets the parked row. The message is sent first: should the second half fail, it is
 * processed twice, which every consumer must bear anyway, and never lost.
 * @throws AppError `not_found`, `conflict` when somebody else replayed or dropped it first
 */
export async function replayDeadLetter(ctx: Context, id: string, resend: Resend): Promise<void> {
  requirePermission(ctx, "operations:write");
  const row = await findParked(ctx, id);
  const queue = QueueName.parse(row.queue);
  const body: unknown = JSON.parse(row.body);
  const event = queue === "events" ? EventMessage.safeParse(body) : undefined;
  const again = event?.success === true ? [ctx.db.update(events).set({ handledAt: null }).where(eq(events.id, event.data.eventId))] : [];
  await commitAsOperator(ctx, ctx.db, again);
  await resend(queue, body);
  const { errorCode, attempts } = row;
  const entry = recordChange(ctx, ctx.db, { action: "dead-letter.replay", targetId: id, before: { queue, errorCode, attempts }, workspaceId: installationId });
  // Also by one who is no operator any more: it is sent, and the log is to say so.
  await commit(ctx.db, [...guarded(ctx.db, forgetParked(ctx, id)), entry]);
}
