import { recordChange } from "../../audit-log/index.ts";
import { mutes } from "../../db/schema/index.ts";
import { type Context, commitOr, guarded, requirePermission, versionClash } from "../../platform/index.ts";
import { findMute, ofMute, toldOf } from "./stored-mute.ts";

/** Lets be heard of again what was muted. @throws AppError `not_found`, also when somebody else did it at the same time */
export async function deleteMute(ctx: Context, muteId: string): Promise<void> {
  requirePermission(ctx, "audits:write");
  const before = toldOf(await findMute(ctx, muteId));
  await commitOr(
    ctx.db,
    [...guarded(ctx.db, ctx.db.delete(mutes).where(ofMute(ctx, muteId))), recordChange(ctx, ctx.db, { action: "finding.unmute", targetId: muteId, before })],
    async () => {
      await findMute(ctx, muteId);
      return versionClash(undefined);
    },
  );
}
