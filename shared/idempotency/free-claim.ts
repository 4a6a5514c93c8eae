import type { Database } from "../db/client.ts";
import { idempotency } from "../db/schema/index.ts";
import type { Claim, Context } from "../platform/index.ts";
import { isHeld, nameOf } from "./claim-row.ts";

/** Gives a claim back after a failure, so that the request may be tried again at once. Nothing when its effect is there, or somebody else claimed it since. */
export async function freeClaim(ctx: Pick<Context, "workspaceId">, db: Database, claim: Claim): Promise<void> {
  await db.delete(idempotency).where(isHeld(await nameOf(ctx, claim), claim));
}
