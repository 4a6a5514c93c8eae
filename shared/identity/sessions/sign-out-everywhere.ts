import { commit, type PersonContext } from "../../platform/index.ts";
import { endEverySession } from "./end-every-session.ts";

/** Ends every session of somebody, this one too, and one that is being started at this moment. */
export async function signOutEverywhere(ctx: PersonContext): Promise<void> {
  ctx.rightsChanges.push({ workspaceId: null, userId: ctx.userId, actorId: null });
  await commit(ctx.directory, endEverySession(ctx, ctx.userId));
}
