import { beforeAndAfter, recordChange } from "../../audit-log/index.ts";
import { type Context, requirePermission, requireVersion, secondMs } from "../../platform/index.ts";
import { holdProject, requireProject } from "../../projects/index.ts";
import { kindSettings } from "../kinds/settings.ts";
import type { Target } from "../kinds/target.ts";
import { changeWebhook } from "./change-webhook.ts";
import { checkInput } from "./check-input.ts";
import { problemAt, refuseProblems } from "./field-problems.ts";
import type { UpdateWebhookInput, Webhook } from "./schemas.ts";
import { findWebhook, loggedUrl, openTarget, sealTarget, toWebhook, type WebhookRow } from "./stored-webhook.ts";
import { tryExpressions } from "./try-expressions.ts";

type Checked = ReturnType<typeof checkInput>;
type Editable = Omit<WebhookRow, "id" | "workspaceId" | "kind" | "sealedTarget" | "disabledAt" | "disabledFor" | "createdBy" | "createdAt" | "version">;

/**
 * Changes what is given; credentials and headers are replaced as a whole. `ifVersion` is the version that the caller has seen, when it must be that one.
 * @throws AppError `not_found`; `precondition_failed` when it is at another version; `conflict` when it was changed in the meantime; `invalid`;
 *   `egress_refused` for an address that no request may go to
 */
export async function updateWebhook(ctx: Context, webhookId: string, input: UpdateWebhookInput, ifVersion?: number): Promise<Webhook> {
  requirePermission(ctx, "webhooks:write");
  const row = await findWebhook(ctx, webhookId);
  requireVersion(row, ifVersion);
  const checked = checkInput(ctx, row.kind, input);
  await tryChanged(ctx, row, input);
  const projectId = input.projectId ?? null;
  await requireProject(ctx, projectId);
  const target = await retarget(ctx, row, input, checked);
  const edit = beforeAndAfter(row, columnsOf(row, input, checked)) ?? (target === null ? null : { before: {}, after: {} });
  if (edit === null) return toWebhook(row);
  const changed = await changeWebhook(
    ctx,
    row,
    { ...edit.after, ...(target && { sealedTarget: target.sealed }) },
    {
      ifVersion,
      statements: () => [
        ...holdProject(ctx, projectId),
        recordChange(ctx, ctx.db, {
          action: "webhook.update",
          targetId: webhookId,
          before: logged(edit.before),
          after: { ...logged(edit.after), ...target?.replaced },
        }),
      ],
      explain: () => requireProject(ctx, projectId),
    },
  );
  return toWebhook(changed);
}

/** An expression may be no good for types that are new, also one that stays. */
async function tryChanged(ctx: Context, row: WebhookRow, input: UpdateWebhookInput): Promise<void> {
  if (input.filter === undefined && input.template === undefined && input.events === undefined) return;
  const { filter = row.filter, template = row.template, events = toWebhook(row).events } = input;
  await tryExpressions(ctx, { kind: row.kind, filter, template, events });
}

/** The columns of what was given. */
function columnsOf({ kind }: WebhookRow, input: UpdateWebhookInput, { url, options }: Checked): Partial<Editable> {
  const { name, projectId, events, headers, filter, template, ordering, throttle, concurrency } = input;
  return {
    ...(name === undefined ? {} : { name }),
    ...(projectId === undefined ? {} : { projectId }),
    ...(url === undefined ? {} : { shownUrl: kindSettings[kind].shown(url) }),
    ...(headers === undefined ? {} : { headerNames: Object.keys(headers ?? {}) }),
    ...(options === undefined ? {} : { options }),
    ...(events === undefined ? {} : { events: [...new Set(events)] }),
    ...(filter === undefined ? {} : { filter }),
    ...(template === undefined ? {} : { template }),
    ...(ordering === undefined ? {} : { ordering }),
    ...(throttle === undefined ? {} : { throttleLimit: throttle?.limit ?? null, throttleWindowMs: throttle === null ? null : throttle.perSeconds * secondMs }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}

interface Retargeted {
  readonly sealed: string;
  /** Which of it is new, for the audit log: what it is nobody may see. */
  readonly replaced: Readonly<Record<string, true>>;
}

/** What is sealed, with what was given; null where that changes nothing. */
async function retarget(ctx: Context, row: WebhookRow, { headers, credentials }: UpdateWebhookInput, checked: Checked): Promise<Retargeted | null> {
  if (checked.url === undefined && headers === undefined && credentials === undefined) return null;
  const stored = await openTarget(ctx, row);
  const wanted: Target = {
    ...stored,
    ...(checked.url && { url: checked.url.href }),
    ...(headers === undefined ? {} : { headers: headers ?? {} }),
    ...(checked.credentials && { credentials: { ...checked.credentials } }),
  };
  refuseCarrying(stored, wanted, { headers: headers !== undefined, credentials: credentials !== undefined });
  const replaced = {
    ...(differ(stored.url, wanted.url) && { urlReplaced: true as const }),
    ...(differ(stored.headers, wanted.headers) && { headersReplaced: true as const }),
    ...(differ(stored.credentials, wanted.credentials) && { credentialsReplaced: true as const }),
  };
  return Object.keys(replaced).length === 0 ? null : { sealed: await sealTarget(ctx, row.id, wanted), replaced };
}

const differ = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);

/**
 * What was given for one host is not sent to another: whoever may edit could have it sent to a host of their own.
 * @throws AppError `invalid`
 */
function refuseCarrying(stored: Target, wanted: Target, isGiven: Readonly<Record<"headers" | "credentials", boolean>>): void {
  if (new URL(stored.url).origin === new URL(wanted.url).origin) return;
  const carried = (["headers", "credentials"] as const).filter((name) => !isGiven[name] && Object.keys(stored[name]).length > 0);
  refuseProblems(carried.map((name) => problemAt(name, `Give the ${name} anew: those that are stored are not sent to another host.`)));
}

function logged<T extends Partial<Editable>>(columns: T): Readonly<Record<string, unknown>> {
  const { shownUrl, ...others } = columns;
  return shownUrl === undefined ? others : { ...others, url: loggedUrl(shownUrl) };
}
