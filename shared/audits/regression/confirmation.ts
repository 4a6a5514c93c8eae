import { and, eq, exists, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { isOneOf } from "../../db/is-one-of.ts";
import { audits, findings } from "../../db/schema/index.ts";
import { type Context, commit, guarded, newId, recordEvent, recordEventWhere, type Statement } from "../../platform/index.ts";
import { type ProjectionContext, running, type Standing, settle } from "../crawl/standing.ts";
import { eraseAudit } from "../delete-audit.ts";
import { ruleById } from "../rules/catalogue.ts";
import { isUnfinished } from "../unfinished.ts";
import { confirm } from "./confirm.ts";
import { type Regression, Suspicion } from "./schemas.ts";

/*
 * The life of a second look in the database: an audit like any other to its crawl, and to nobody else. However it ends it is hidden at that moment, and
 * `eraseConfirmation` removes what is left of it.
 */

/** Why an audit could not go on. */
interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Takes it into work, as `claimAudit` does, and tells nobody. */
export async function claimConfirmation(ctx: ProjectionContext): Promise<Standing> {
  const now = ctx.now();
  const claim = ctx.db
    .update(audits)
    .set({ status: "running", startedAt: now, heartbeatAt: now })
    .where(and(isIt(ctx), eq(audits.status, "queued")));
  return settle(ctx, guarded(ctx.db, claim), "running");
}

/** Its end: what it confirmed is written to the audit that it looked after, and told, in one batch that only one writer can win. */
export async function publishConfirmation(ctx: ProjectionContext): Promise<Standing> {
  const { db } = ctx;
  const [own] = await db.select().from(audits).where(isIt(ctx));
  if (own === undefined || own.confirmsId === null) return "lost";
  const suspicion = Suspicion.parse(own.regression);
  const found = await findStillFailing(ctx, suspicion);
  const now = ctx.now();
  const regression = confirm(suspicion, found, now);
  const told = regression === null ? [] : tell(ctx, { auditId: own.confirmsId, origin: new URL(own.url).origin, regression });
  const end = db.update(audits).set({ status: "completed", finishedAt: now, heartbeatAt: now, deletedAt: now }).where(running(ctx));
  return settle(ctx, [...guarded(db, end), ...told, recordEnd(ctx, ctx.auditId)], "completed");
}

/** Its end when it cannot go on: nothing is confirmed, and nothing is told. */
export async function failConfirmation(ctx: ProjectionContext, { code, message }: Failure): Promise<Standing> {
  const now = ctx.now();
  const fail = ctx.db
    .update(audits)
    .set({ status: "failed", errorCode: code, errorMessage: message, finishedAt: now, deletedAt: now })
    .where(and(isIt(ctx), isUnfinished));
  return settle(ctx, [...guarded(ctx.db, fail), recordEnd(ctx, ctx.auditId)], "failed");
}

type Dropper = Pick<Context, "db" | "workspaceId" | "now" | "outbox">;

/** Gives up a second look that has not ended. @throws AppError `conflict` when it ended first */
export async function dropConfirmation(ctx: Dropper, auditId: string): Promise<void> {
  const now = ctx.now();
  const drop = ctx.db
    .update(audits)
    .set({ status: "cancelled", finishedAt: now, deletedAt: now })
    .where(and(isIt({ ...ctx, auditId }), isUnfinished));
  await commit(ctx.db, [...guarded(ctx.db, drop), recordEnd(ctx, auditId)]);
}

/** Gives up the second look at an audit that was deleted. Nothing happens where there is none, or none any more. */
export async function dropConfirmationOf(ctx: Dropper, auditId: string): Promise<void> {
  const some = await ctx.db
    .select({ id: audits.id })
    .from(audits)
    // The plus keeps SQLite from the index of the workspace, which has all of its audits.
    .where(and(isUnfinished, sql`+${audits.workspaceId} = ${ctx.workspaceId}`, eq(audits.confirmsId, auditId), isNull(audits.deletedAt)));
  for (const { id } of some) await dropConfirmation(ctx, id);
}

/** The crawls of audits, as far as they are forgotten here. */
interface Clearing {
  clear(auditId: string): Promise<void>;
}

/** Removes the crawl and every row of a second look that has ended. Doing it again changes nothing. */
export async function eraseConfirmation({ db, workspaceId }: Pick<Context, "db" | "workspaceId">, crawls: Clearing, auditId: string): Promise<void> {
  await crawls.clear(auditId);
  while ((await eraseAudit(db, workspaceId, auditId)) > 0);
}

const isIt = ({ auditId, workspaceId }: Pick<ProjectionContext, "auditId" | "workspaceId">): SQL | undefined =>
  and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId));

const recordEnd = (ctx: Dropper, auditId: string): Statement => recordEvent(ctx, "confirmation.ended", { auditId });

/** Which of the rules fail on which pages now. */
function findStillFailing({ db, auditId, workspaceId }: ProjectionContext, { rules }: Suspicion) {
  const ruleIds = rules.map(({ ruleId }) => ruleId);
  // How much these weigh may hang on what a second look does not read, such as a sitemap: that they fail is enough.
  const graded = ruleIds.filter((id) => ruleById(id)?.gravest !== undefined);
  const counts = or(ne(findings.severity, "info"), isOneOf(findings.ruleId, graded));
  return db
    .select({ ruleId: findings.ruleId, pageUrl: findings.pageUrl })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId), isOneOf(findings.ruleId, ruleIds), counts));
}

interface Confirmed {
  /** The audit in which it got worse. */
  readonly auditId: string;
  readonly origin: string;
  readonly regression: Regression;
}

/** What writes down a regression and tells of it, unless that audit was deleted meanwhile. */
function tell(ctx: ProjectionContext, { auditId, origin, regression }: Confirmed): Statement[] {
  const { db } = ctx;
  const first = and(isIt({ ...ctx, auditId }), isNull(audits.deletedAt));
  const eventId = newId("event", ctx.now());
  // Told to the queue though it may not be there then: nobody finds it, and nothing happens.
  ctx.outbox.push(eventId);
  return [
    recordEventWhere(
      { ...ctx, eventId },
      "audit.regressed",
      { auditId, baseId: regression.baseId, origin },
      exists(db.select({ id: audits.id }).from(audits).where(first)),
    ),
    db.update(audits).set({ regression }).where(first),
  ];
}
