import { and, eq, isNull } from "drizzle-orm";
import { audits } from "../../db/schema/index.ts";
import { type Context, isLoopbackUrl, newId, recordEvent, type Statement } from "../../platform/index.ts";
import { isVerifiedOrigin } from "../../projects/index.ts";
import type { AuditBefore, AuditOfWorkspace } from "../audits-before.ts";
import { CrawlOptions } from "../crawl/crawl-options.ts";
import { rules } from "../rules/catalogue.ts";
import { Scores } from "../schemas.ts";
import { scoreAudit } from "../score.ts";
import { chooseLooks, type Looks } from "./choose-looks.ts";
import { findNewlyFailing } from "./newly-failing.ts";
import type { Suspicion } from "./schemas.ts";
import { suspect, type VersionedTally } from "./suspect.ts";

type Recorder = Pick<Context, "db" | "workspaceId" | "now" | "outbox"> & AuditOfWorkspace;
type Tallies = Readonly<Record<string, VersionedTally>>;

/**
 * The statements that have a second look taken at what got worse since the audit before: an audit of a few pages, which nobody is told of and which ends in
 * `publishConfirmation`. They belong in the batch that completes the first. None where nothing is worse, where all that is worse is muted, and for an audit
 * with request headers, whose values are gone by now: without them it would see another site.
 */
export async function recordSuspicion(ctx: Recorder, before: AuditBefore | null, tallies: Tallies): Promise<Statement[]> {
  if (before?.hasSameOptions !== true) return [];
  const suspected = suspect(before.tallies, tallies, rules);
  if (suspected.length === 0) return [];
  const { db, auditId, workspaceId } = ctx;
  const [first, base] = await Promise.all([findRow(ctx, auditId), findRow(ctx, before.id)]);
  if (first === null || base === null) return [];
  const options = CrawlOptions.parse(first.options);
  if (options.headerNames.length > 0) return [];
  const failing = await findNewlyFailing(ctx, { baseId: base.id, url: first.url }, suspected);
  const looks = chooseLooks(failing);
  if (looks.byRule.size === 0) return [];
  const suspicion: Suspicion = {
    baseId: base.id,
    baseFinishedAt: base.finishedAt ?? base.createdAt,
    rules: rulesOf(looks, before.tallies, tallies),
    score: { before: Scores.nullable().parse(base.scores)?.overall ?? null, now: scoreAudit(tallies, rules).overall },
  };
  const [id, createdAt] = [newId("audit", ctx.now()), ctx.now()];
  const only = [...looks.pages];
  const { url, createdBy } = first;
  const respectRobots = options.respectRobots || !(await mayIgnoreRobots(ctx, url));
  const lookAgain = { ...options, respectRobots, maxPages: only.length + 1, only } satisfies CrawlOptions;
  return [
    db.insert(audits).values({ id, workspaceId, createdBy, url, status: "queued", options: lookAgain, confirmsId: auditId, regression: suspicion, createdAt }),
    recordEvent(ctx, "audit.queued", { auditId: id }),
  ];
}

/** Asked again as of any new audit: the site may have been removed from its project since the first began. */
const mayIgnoreRobots = async ({ db, workspaceId }: Recorder, url: string): Promise<boolean> =>
  isLoopbackUrl(url) || (await isVerifiedOrigin(db, workspaceId, url));

async function findRow({ db, workspaceId }: Recorder, auditId: string) {
  const [row] = await db
    .select()
    .from(audits)
    .where(and(eq(audits.id, auditId), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt)));
  return row ?? null;
}

const rulesOf = ({ byRule }: Looks, before: Tallies, now: Tallies): Suspicion["rules"] =>
  [...byRule].map(([ruleId, examples]) => ({
    ruleId,
    pages: now[ruleId]?.failing ?? 0,
    pagesBefore: before[ruleId]?.failing ?? 0,
    examples: [...examples],
  }));
