import { and, eq } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhooks } from "../../db/schema/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { type Context, commitOr, guarded, requirePermission, versionClash } from "../../platform/index.ts";
import type { RotatedSecret, RotateSecretInput } from "./schemas.ts";
import { newSigningSecret, previousUntil, withNewSecret } from "./secret.ts";
import { findWebhook, ofWebhook, openTarget, sealTarget } from "./stored-webhook.ts";

/**
 * Gives an endpoint a new signing secret, shown this once. The one before signs beside it for 24 hours, unless it is to end now.
 * @throws AppError `not_found`; `conflict` when it was changed in the meantime, or rotated too often within a day
 */
export async function rotateSecret(ctx: Context, webhookId: string, { expireNow = false }: RotateSecretInput): Promise<RotatedSecret> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  const target = await openTarget(ctx, row);
  const secret = newSigningSecret();
  const secrets = withNewSecret(target, secret, ctx.now(), expireNow);
  const rotated: RotatedSecret = { secret, previousUntil: previousUntil(secrets), version: row.version + 1 };
  const write = ctx.db
    .update(webhooks)
    .set({ sealedTarget: await sealTarget(ctx, webhookId, { ...target, secrets }), version: rotated.version })
    .where(and(ofWebhook(ctx, webhookId), eq(webhooks.version, row.version)));
  await commitOr(
    ctx.db,
    [
      ...guarded(ctx.db, write),
      recordChange(ctx, ctx.db, { action: "webhook.rotate-secret", targetId: webhookId, after: { previousUntil: rotated.previousUntil } }),
      ...(await keepAnswer(ctx, ctx.db, rotated)),
    ],
    async () => {
      await findWebhook(ctx, webhookId);
      return versionClash(undefined);
    },
  );
  return rotated;
}
