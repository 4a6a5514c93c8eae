import { not, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { isOneOf } from "../../db/is-one-of.ts";
import { auditPages, type audits, findings } from "../../db/schema/index.ts";
import type { Context } from "../../platform/index.ts";
import { CrawlOptions } from "../crawl/crawl-options.ts";
import { readTallies } from "../score.ts";
import { recheckedRules } from "./rechecked-rules.ts";

type AuditRow = typeof audits.$inferSelect;
type Place = Pick<Context, "db" | "workspaceId">;

/** The path and query of an address of a page: what is left of it from the first slash behind `https://` on. */
export const pathOf = (address: SQLiteColumn): SQL<string> => sql<string>`substr(${address}, instr(substr(${address}, 9), '/') + 8)`;

const pagesOf = ({ workspaceId }: Place, auditId: string): SQL => sql`${auditPages.auditId} = ${auditId} and ${auditPages.workspaceId} = ${workspaceId}`;

/** Holds for pages that answered, if only with an error of their own; not for those that put us off. */
const answered = sql`(${auditPages.outcome} <> 'failed' and ${auditPages.status} < 500 and ${auditPages.status} <> 429)`;

/**
 * Holds for pages that could be judged, or are gone for good. A login, a refusal, a redirect that is said to pass, or an error of the server hides a page
 * whose fault may still be there.
 */
const looked = sql`(${auditPages.outcome} <> 'failed' and (${auditPages.status} between 200 and 299 or ${auditPages.status} in (301, 308, 404, 410)))`;

/** Holds for addresses that lead to the same page of a twin host, such as from http to https: the page itself is there. */
const isHop = sql`(${auditPages.outcome} = 'redirect' and ${pathOf(auditPages.redirectTo)} is ${pathOf(auditPages.url)})`;

/**
 * Holds for findings of the audit before that are fixed, among those that the audit does not have: their rule judged again in the same version, and what it
 * was about was looked at again. For lack of a look nothing is fixed.
 */
export function isFixed(ctx: Place, now: AuditRow, base: AuditRow): SQL {
  if (!sawTheSame(now, base)) return sql`0`;
  const { byAnswer, byPage, byPages } = recheckedRules(readTallies(now.tallies));
  const key = sql`${findings.ruleId} || '@' || ${findings.ruleVersion}`;
  // Some rows of pages may be left, but nobody knows which are not.
  if (now.factsPurgedAt !== null) return sql`(${isOneOf(key, byAnswer)} and ${findings.pageUrl} is null)`;
  const own = pagesOf(ctx, now.id);
  const page = pathOf(findings.pageUrl);
  // The same page may have been asked for at several hosts: each has to have answered.
  const isAnswered = sql`${page} in (select ${pathOf(auditPages.url)} from ${auditPages} where ${own} group by 1 having min(${answered}) = 1)`;
  const isLooked = sql`${page} in (select ${pathOf(auditPages.url)} from ${auditPages} where ${own} and not ${isHop} group by 1 having min(${looked}) = 1)`;
  const isShown = sql`(${findings.category} = 'indexability' or not (${page} in ${hidden(own)} and ${page} not in ${hidden(pagesOf(ctx, base.id))}))`;
  const others = isWhole(now, base) ? noneWasMissed(own) : eachWasLooked(own);
  return sql`(
    (${isOneOf(key, byAnswer)} and (${findings.pageUrl} is null or ${isAnswered}))
    or (${isOneOf(key, byPage)} and ${isLooked} and ${isShown})
    or (${isOneOf(key, byPages)} and ${isLooked} and ${isShown} and ${others}))`;
}

/**
 * Pages that answer and are kept out of search results, by `noindex` or a canonical address elsewhere: many rules do not judge these. One that was hidden in
 * between is not repaired by that.
 */
const hidden = (own: SQL): SQL =>
  sql`(select ${pathOf(auditPages.url)} from ${auditPages} where ${own} and ${auditPages.outcome} = 'html' and ${auditPages.status} between 200 and 299 and ${auditPages.indexable} = 0)`;

/** Who asks as somebody else, or with a password, may be shown other pages at the same addresses. */
function sawTheSame(now: AuditRow, base: AuditRow): boolean {
  const [a, b] = [CrawlOptions.parse(now.options), CrawlOptions.parse(base.options)];
  return a.userAgent === b.userAgent && a.headerNames.join() === b.headerNames.join();
}

/** Whether an audit looked at all there is, as far as the one before did: whatever it did not find is no part of the site any more. */
function isWhole(now: AuditRow, base: AuditRow): boolean {
  const options = CrawlOptions.parse(now.options);
  const isAll = options.maxDepth === null && now.abandonedOrigins === null && now.discovered <= now.fetched + now.failed;
  return isAll && JSON.stringify(options) === JSON.stringify(CrawlOptions.parse(base.options));
}

/** The addresses among the evidence of a finding; what stands behind a space says how they answered. */
const evidence = sql`(select substr(value, 1, instr(value || ' ', ' ') - 1) as address from json_each(${findings.evidence}) where value like 'http%')`;

const addresses = (own: SQL, which: SQL): SQL => sql`(select ${auditPages.url} from ${auditPages} where ${own} and ${which})`;

/** Holds for findings none of whose evidence was asked for and not seen. */
const noneWasMissed = (own: SQL): SQL => sql`not exists (select 1 from ${evidence} where address in ${addresses(own, not(looked))})`;

/** Holds for findings all of whose evidence was seen. */
const eachWasLooked = (own: SQL): SQL =>
  sql`(${findings.evidenceTotal} <= json_array_length(${findings.evidence}) and not exists (select 1 from ${evidence} where address not in ${addresses(own, looked)}))`;
