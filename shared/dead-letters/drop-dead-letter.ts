import { recordChange } from "../audit-log/index.ts";
import { installationId } from "../db/client.ts";
import { type Context, commitAsOperator, guarded, requirePermission } from "../platform/index.ts";
import { findParked, forgetParked, unknownLetter } from "./parked-message.ts";

/** Forgets a parked message for good. @throws AppError `not_found`, also when somebody else was faster */
export async function dropDeadLetter(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "operations:write");
  const { queue, errorCode, attempts } = await findParked(ctx, id);
  const entry = recordChange(ctx, ctx.db, { action: "dead-letter.drop", targetId: id, before: { queue, errorCode, attempts }, workspaceId: installationId });
  await commitAsOperator(ctx, ctx.db, [...guarded(ctx.db, forgetParked(ctx, id)), entry], async () => unknownLetter());
}
