import { and, eq, gt, ne, or, type SQL, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { webhookDeliveries } from "../../db/schema/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { AppError, type Context, commit, commitOr, recordEvent, refuseWhere, requirePermission, type Statement } from "../../platform/index.ts";
import { findWebhook } from "../endpoints/stored-webhook.ts";
import { maxReplayed, type Replay, type ReplayInput } from "./schemas.ts";
import { anew, ofTime, waitsForRetry } from "./stored-delivery.ts";

/**
 * Has all deliveries of an endpoint made again that failed or wait to be tried again, and fit; when asked to, also those that succeeded. What was not tried
 * yet, and what is due, is not touched.
 * @throws AppError `not_found`; `invalid` for more than 10,000; `conflict` when some ended or were asked for again meanwhile
 */
export async function replayDeliveries(ctx: Context, webhookId: string, input: ReplayInput): Promise<Replay> {
  requirePermission(ctx, "webhooks:write");
  const { disabledAt } = await findWebhook(ctx, webhookId);
  const { since, until, types, failedOnly, preview } = input;
  const { state, attempts } = webhookDeliveries;
  const now = ctx.now();
  const which = and(
    ofTime(ctx, webhookId, { since, until }),
    types === undefined ? undefined : isOneOf(webhookDeliveries.type, types),
    or(failedOnly ? eq(state, "failed") : ne(state, "pending"), and(waitsForRetry(now), gt(attempts, 0))),
  );
  const count = await countSome(ctx, which);
  const answer: Replay = { count, preview, waits: disabledAt !== null };
  const kept = await keepAnswer(ctx, ctx.db, answer);
  if (preview || count === 0) {
    await commit(ctx.db, kept);
    return answer;
  }
  const after = { since, failedOnly, count, ...(until !== undefined && { until }), ...(types !== undefined && { types }) };
  await commitOr(
    ctx.db,
    [
      ...makeAnew(ctx, which, { count, now }),
      recordChange(ctx, ctx.db, { action: "webhook.replay", targetId: webhookId, after }),
      recordEvent(ctx, "webhook.changed", { webhookId }),
      ...kept,
    ],
    async () => {
      await findWebhook(ctx, webhookId);
      return new AppError("conflict", "Some of these deliveries ended meanwhile, or were asked for again. Nothing was done: ask once more.");
    },
  );
  return answer;
}

/** @throws AppError `invalid` for too many, of which no more are counted */
async function countSome({ db }: Context, which: SQL | undefined): Promise<number> {
  const some = db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(which)
    .limit(maxReplayed + 1);
  const [row] = await db.select({ count: sql<number>`count(*)` }).from(some.as("some"));
  const count = row?.count ?? 0;
  if (count <= maxReplayed) return count;
  const message = `There are more than ${maxReplayed} such deliveries. Ask for a shorter time, or for fewer types, and for the rest afterwards.`;
  throw new AppError("invalid", message, { errors: [{ path: "body.since", message }] });
}

/** One write for all of them. Were they not the ones that were counted, there might be too many, and the answer would not be true: then nothing is written. */
function makeAnew({ db }: Context, which: SQL | undefined, { count, now }: { readonly count: number; readonly now: number }): [Statement, Statement] {
  return [db.update(webhookDeliveries).set(anew(now)).where(which), refuseWhere(db, sql`changes() <> ${count}`)];
}
