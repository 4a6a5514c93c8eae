import { eq, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { webhooks } from "../../db/schema/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { AppError, type Context, commitOr, newId, refuseWhere, requirePermission, secondMs, versionClash } from "../../platform/index.ts";
import { holdProject, requireProject } from "../../projects/index.ts";
import { kinds } from "../kinds/kinds.ts";
import { kindSettings } from "../kinds/settings.ts";
import { ownAddress } from "./check-address.ts";
import { checkInput } from "./check-input.ts";
import { problemAt, refuseProblems } from "./field-problems.ts";
import { type CreatedWebhook, type CreateWebhookInput, maxWebhooks } from "./schemas.ts";
import { newSigningSecret } from "./secret.ts";
import { loggedUrl, sealTarget, toWebhook, type WebhookRow } from "./stored-webhook.ts";
import { tryExpressions } from "./try-expressions.ts";

/**
 * A new endpoint, enabled. The answer is the only place where its signing secret is ever shown.
 * @throws AppError `invalid`; `egress_refused` for an address that no request may go to; `conflict` when the workspace has as many as it may
 */
export async function createWebhook(ctx: Context, input: CreateWebhookInput): Promise<CreatedWebhook> {
  requirePermission(ctx, "webhooks:write");
  const { row, secret } = await newRow(ctx, input);
  const created: CreatedWebhook = { ...toWebhook(row), secret };
  const { name, kind, url, headerNames, options, events, filter, template, ordering, throttle, concurrency, projectId } = created;
  const after = { name, kind, url: loggedUrl(url), headerNames, options, events, filter, template, ordering, throttle, concurrency, projectId };
  await commitOr(
    ctx.db,
    [
      refuseWhere(ctx.db, sql`${count(ctx)} >= ${maxWebhooks}`),
      ...holdProject(ctx, projectId),
      ctx.db.insert(webhooks).values(row),
      recordChange(ctx, ctx.db, { action: "webhook.create", targetId: row.id, after }),
      ...(await keepAnswer(ctx, ctx.db, created)),
    ],
    async () => {
      await requireProject(ctx, projectId);
      return (await count(ctx)) >= maxWebhooks ? full() : versionClash(undefined);
    },
  );
  return created;
}

const count = ({ db, workspaceId }: Context) => db.$count(webhooks, eq(webhooks.workspaceId, workspaceId));

const full = (): AppError => new AppError("conflict", `A workspace has ${maxWebhooks} webhooks at most. Delete one that is not needed any more.`);

async function newRow(ctx: Context, input: CreateWebhookInput): Promise<{ row: WebhookRow; secret: string }> {
  const { kind, headers = {}, throttle } = input;
  const own = ownAddress(kind);
  if (own === null && input.url === undefined) refuseProblems([problemAt("url", "url is required: where events are to be sent.")]);
  const checked = checkInput(ctx, kind, { ...input, credentials: input.credentials ?? {}, options: input.options ?? {} });
  const { filter = null, template = null } = input;
  await tryExpressions(ctx, { kind, events: input.events, filter, template });
  const projectId = input.projectId ?? null;
  await requireProject(ctx, projectId);
  const url = own ?? checked.url;
  if (url === undefined) throw new AppError("internal", "An address that was checked is missing.");
  const createdAt = ctx.now();
  const id = newId("webhook", createdAt);
  const secret = newSigningSecret();
  const target = { v: 1, url: url.href, headers, credentials: { ...checked.credentials }, secrets: [{ secret, until: null }] } as const;
  const row: WebhookRow = {
    id,
    workspaceId: ctx.workspaceId,
    projectId,
    name: input.name ?? null,
    kind,
    shownUrl: kindSettings[kind].shown(url),
    sealedTarget: await sealTarget(ctx, id, { ...target, secrets: [...target.secrets] }),
    headerNames: Object.keys(headers),
    options: checked.options ?? {},
    events: [...new Set(input.events)],
    filter,
    template,
    ordering: input.ordering ?? (kinds[kind].isOrdered ? "per-subject" : "none"),
    throttleLimit: throttle?.limit ?? null,
    throttleWindowMs: throttle === undefined ? null : throttle.perSeconds * secondMs,
    concurrency: input.concurrency,
    disabledAt: null,
    disabledFor: null,
    createdBy: ctx.actor.userId,
    createdAt,
    version: 1,
  };
  return { row, secret };
}
