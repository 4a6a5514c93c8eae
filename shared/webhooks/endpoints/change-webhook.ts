import { and, eq } from "drizzle-orm";
import { webhooks } from "../../db/schema/index.ts";
import { type Context, commitOr, guarded, recordEvent, type Statement, versionClash } from "../../platform/index.ts";
import { findWebhook, ofWebhook, type WebhookRow } from "./stored-webhook.ts";

type Changes = Partial<Omit<WebhookRow, "id" | "workspaceId" | "kind" | "createdBy" | "createdAt" | "version">>;

interface Beside {
  /** What belongs to the change, such as its entry in the audit log: one batch with it, and after the write. */
  readonly statements: (changed: WebhookRow) => readonly Statement[] | Promise<readonly Statement[]>;
  /** The version that the caller has seen, when it must be that one. */
  readonly ifVersion?: number | undefined;
  /** Throws when it was one of the statements that did not hold. */
  readonly explain?: () => Promise<void>;
}

/**
 * Writes a change of an endpoint that is still as `row`, and answers with it as it is then. Its object is told: what that decides about an older version,
 * such as that the endpoint is gone, is written nowhere.
 * @throws AppError `not_found`; `conflict`, or `precondition_failed` with `ifVersion`, when it was changed in the meantime
 */
export async function changeWebhook(ctx: Context, row: WebhookRow, changes: Changes, { statements, ifVersion, explain }: Beside): Promise<WebhookRow> {
  const version = row.version + 1;
  const changed: WebhookRow = { ...row, ...changes, version };
  const write = ctx.db
    .update(webhooks)
    .set({ ...changes, version })
    .where(and(ofWebhook(ctx, row.id), eq(webhooks.version, row.version)));
  const beside = await statements(changed);
  await commitOr(ctx.db, [...guarded(ctx.db, write), ...beside, recordEvent(ctx, "webhook.changed", { webhookId: row.id })], async () => {
    await findWebhook(ctx, row.id);
    await explain?.();
    return versionClash(ifVersion);
  });
  return changed;
}
