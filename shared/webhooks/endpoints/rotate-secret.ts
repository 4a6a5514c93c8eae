import { recordChange } from "../../audit-log/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { type Context, requirePermission } from "../../platform/index.ts";
import { changeWebhook } from "./change-webhook.ts";
import type { RotatedSecret, RotateSecretInput } from "./schemas.ts";
import { newSigningSecret, previousUntil, withNewSecret } from "./secret.ts";
import { findWebhook, openTarget, sealTarget } from "./stored-webhook.ts";

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
  const sealedTarget = await sealTarget(ctx, webhookId, { ...target, secrets });
  const rotated = ({ version }: { readonly version: number }): RotatedSecret => ({ secret, previousUntil: previousUntil(secrets), version });
  const changed = await changeWebhook(
    ctx,
    row,
    { sealedTarget },
    {
      statements: async (changed) => [
        recordChange(ctx, ctx.db, { action: "webhook.rotate-secret", targetId: webhookId, after: { previousUntil: previousUntil(secrets) } }),
        ...(await keepAnswer(ctx, ctx.db, rotated(changed))),
      ],
    },
  );
  return rotated(changed);
}
