import { and, asc, eq, exists, gt, inArray, isNull, lte, ne, not, or, type SQL, sql } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { isOneOf } from "../../db/is-one-of.ts";
import { findings, mutes } from "../../db/schema/index.ts";
import type { Context } from "../../platform/index.ts";
import type { AuditOfWorkspace } from "../audits-before.ts";
import { twinsOf } from "../history/fingerprint.ts";
import { ruleById } from "../rules/catalogue.ts";
import { StoredEvidence } from "../schemas.ts";
import type { FailingPage } from "./choose-looks.ts";
import { mostPages } from "./schemas.ts";

type Asker = Pick<Context, "db" | "workspaceId" | "now"> & AuditOfWorkspace;

interface Compared {
  readonly baseId: string;
  /** Where the audits began. */
  readonly url: string;
}

/** Of each rule, in the order given, the first pages that fail it now and did not before, without what is muted and what only informs. */
export async function findNewlyFailing(ctx: Asker, { baseId, url }: Compared, ruleIds: readonly string[]): Promise<FailingPage[]> {
  const { db, auditId, workspaceId } = ctx;
  const placed = db
    .select({
      ruleId: findings.ruleId,
      pageUrl: findings.pageUrl,
      evidence: findings.evidence,
      place: sql<number>`row_number() over (partition by ${findings.ruleId} order by ${findings.ordinal})`.as("place"),
    })
    .from(findings)
    .where(
      and(
        ofAudit(auditId, workspaceId, ruleIds),
        ne(findings.severity, "info"),
        // As a subquery of its own: SQLite makes an index of it, where one for each row would read all findings of the other audit each time.
        sql`(${findings.ruleId}, coalesce(${findings.pageUrl}, '')) not in ${before(db, baseId, workspaceId, ruleIds)}`,
        not(exists(liveMutes(ctx, url))),
      ),
    )
    .as("placed");
  const rows = await db.select().from(placed).where(lte(placed.place, mostPages)).orderBy(asc(placed.place));
  const found = rows.map(({ ruleId, pageUrl, evidence }) => ({ ruleId, pageUrl, companion: companionOf(ruleId, StoredEvidence.parse(evidence)) }));
  return ruleIds.flatMap((ruleId) => found.filter((row) => row.ruleId === ruleId));
}

const ofAudit = (auditId: string, workspaceId: string, ruleIds: readonly string[]): SQL | undefined =>
  and(eq(findings.auditId, auditId), eq(findings.workspaceId, workspaceId), isOneOf(findings.ruleId, ruleIds));

const before = (db: Database, baseId: string, workspaceId: string, ruleIds: readonly string[]) =>
  db
    .select({ ruleId: findings.ruleId, pageUrl: sql`coalesce(${findings.pageUrl}, '')` })
    .from(findings)
    .where(ofAudit(baseId, workspaceId, ruleIds));

/** What members do not want to hear of now, of a finding in the query around this one. */
function liveMutes({ db, workspaceId, now }: Asker, url: string) {
  return db
    .select({ id: mutes.id })
    .from(mutes)
    .where(
      and(
        eq(mutes.workspaceId, workspaceId),
        inArray(mutes.origin, twinsOf(url)),
        eq(mutes.ruleId, findings.ruleId),
        or(isNull(mutes.fingerprint), eq(mutes.fingerprint, findings.fingerprint)),
        or(isNull(mutes.untilAt), gt(mutes.untilAt, now())),
      ),
    );
}

/** A rule over all pages judges one beside another, which its evidence names first: that one is to be fetched again too. */
function companionOf(ruleId: string, evidence: readonly string[]): string | null {
  if (ruleById(ruleId)?.kind !== "sql") return null;
  const address = /^https?:\/\/\S+/.exec(evidence[0] ?? "")?.[0] ?? null;
  // Which is read in any case.
  return address?.endsWith("/robots.txt") === true ? null : address;
}
