import { and, eq, inArray, sql } from "drizzle-orm";
import { recordChange } from "../../audit-log/index.ts";
import { findings, mutes } from "../../db/schema/index.ts";
import { keepAnswer } from "../../idempotency/index.ts";
import { AppError, type Context, commitOr, newId, refuseWhere, requirePermission, versionClash } from "../../platform/index.ts";
import { twinsOf } from "../history/fingerprint.ts";
import { findAudit } from "../queries.ts";
import { ruleById } from "../rules/catalogue.ts";
import { isLive } from "./live-mutes.ts";
import { type CreateMuteInput, type Mute, maxMutes } from "./schemas.ts";
import { type MuteRow, toldOf, toMute } from "./stored-mute.ts";

/** What is to be muted. */
type Subject = Pick<MuteRow, "origin" | "ruleId" | "fingerprint" | "pageUrl">;

/**
 * Mutes a finding, or a rule on a site, until a time or for good.
 * @throws AppError `invalid`; `not_found` for an audit or a finding that is none of this workspace; `conflict` when it is muted already, or the workspace has
 *   as many mutes as it may
 */
export async function createMute(ctx: Context, { auditId, findingId, site, ruleId, reason, until }: CreateMuteInput): Promise<Mute> {
  requirePermission(ctx, "audits:write");
  const now = ctx.now();
  if (until !== null && until <= now) throw invalid("until", "Give a time to come, or none to mute for good.");
  const subject = await subjectOf(ctx, { auditId, findingId, site, ruleId });
  const row: MuteRow = {
    id: newId("mute", now),
    workspaceId: ctx.workspaceId,
    ...subject,
    reason,
    untilAt: until,
    createdBy: ctx.actor.userId,
    createdAt: now,
  };
  const mute = toMute(row, now);
  await commitOr(
    ctx.db,
    [
      refuseWhere(ctx.db, sql`(${count(ctx)} >= ${maxMutes} or ${countSame(ctx, subject)} > 0)`),
      ctx.db.insert(mutes).values(row),
      recordChange(ctx, ctx.db, { action: "finding.mute", targetId: row.id, after: toldOf(row) }),
      ...(await keepAnswer(ctx, ctx.db, mute)),
    ],
    async () => {
      if ((await countSame(ctx, subject)) > 0)
        return new AppError("conflict", "This is muted already. Delete that mute first to change its reason or its end.");
      const full = `A workspace has ${maxMutes.toLocaleString("en")} mutes at most. Delete one that is over or not needed any more.`;
      return (await count(ctx)) >= maxMutes ? new AppError("conflict", full) : versionClash(undefined);
    },
  );
  return mute;
}

const count = ({ db, workspaceId }: Context) => db.$count(mutes, eq(mutes.workspaceId, workspaceId));

/** How many live mutes there are of the very same. */
const countSame = ({ db, workspaceId, now }: Context, { origin, ruleId, fingerprint }: Subject) => {
  const ofSite = and(eq(mutes.workspaceId, workspaceId), inArray(mutes.origin, twinsOf(origin)), isLive(now()));
  return db.$count(mutes, and(ofSite, eq(mutes.ruleId, ruleId), sql`${mutes.fingerprint} is ${fingerprint}`));
};

async function subjectOf(ctx: Context, { auditId, findingId, site, ruleId }: Partial<CreateMuteInput>): Promise<Subject> {
  if (auditId !== undefined && findingId !== undefined && site === undefined && ruleId === undefined) return subjectOfFinding(ctx, auditId, findingId);
  if (site === undefined || ruleId === undefined || auditId !== undefined || findingId !== undefined) {
    throw invalid("findingId", "Say what to mute: a finding by auditId and findingId, or a rule by site and ruleId.");
  }
  if (ruleById(ruleId) === undefined) throw invalid("ruleId", `There is no rule ${ruleId}. GET /api/v1/rules lists them.`);
  return { origin: new URL(site).origin, ruleId, fingerprint: null, pageUrl: null };
}

async function subjectOfFinding(ctx: Context, auditId: string, findingId: string): Promise<Subject> {
  const { url } = await findAudit(ctx, auditId);
  const [found] = await ctx.db
    .select({ ruleId: findings.ruleId, fingerprint: findings.fingerprint, pageUrl: findings.pageUrl })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, ctx.workspaceId), eq(findings.id, findingId)))
    .limit(1);
  if (found === undefined) throw new AppError("not_found", "There is no such finding in this audit.");
  if (found.fingerprint === "") throw invalid("auditId", "Name a newer audit: this one is from before findings could be told apart from audit to audit.");
  return { origin: new URL(url).origin, ...found };
}

function invalid(field: string, message: string): AppError {
  return new AppError("invalid", message, { errors: [{ path: `body.${field}`, message }] });
}
