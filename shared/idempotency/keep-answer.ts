import type { Database } from "../db/client.ts";
import { idempotency } from "../db/schema/index.ts";
import { type Context, guarded, type Statement } from "../platform/index.ts";
import { isHeld, nameOf } from "./claim-row.ts";
import { sealAnswer } from "./sealed-answer.ts";

/**
 * The statements that keep a verb's answer for whoever sends the same `Idempotency-Key` again; they belong in the batch of its effect, so that there is
 * never one without the other. They abort it when the request took so long that another one claimed it. None for a request without the header.
 */
export async function keepAnswer(ctx: Context, db: Database, answer: unknown): Promise<Statement[]> {
  const { claim } = ctx;
  if (claim === null) return [];
  const sealed = await sealAnswer(ctx, claim, JSON.stringify(answer));
  return guarded(
    db,
    db
      .update(idempotency)
      .set({ answer: sealed })
      .where(isHeld(await nameOf(ctx, claim), claim)),
  );
}
