import type { Severity } from "../rules/rule.ts";
import { unlinkedDepth } from "./discovery.ts";
import type { ProjectedFinding, ProjectedPage } from "./project.ts";

/** Rows of one projection, and about how many characters of them: D1 takes 2 MB a parameter. */
const maxRows = 500;
const maxCharacters = 500_000;

type PageColumns = ProjectedPage & Record<string, SqlStorageValue>;

/** The next pages that D1 has not heard of, in the order in which they were settled. */
export function unprojectedPages(sql: SqlStorage, after: number): ProjectedPage[] {
  const rows = sql.exec<PageColumns>(
    `SELECT seq AS ordinal, url, status, outcome, title, NULLIF(depth, ?) AS depth, indexable, redirect_to AS redirectTo,
       substr(facts ->> '$.fetch.contentType', 1, 200) AS contentType, facts ->> '$.fetch.bytes' AS bytes, CAST(facts ->> '$.fetch.ttfbMs' AS INTEGER) AS ttfbMs,
       CAST(facts ->> '$.fetch.totalMs' AS INTEGER) AS totalMs, facts ->> '$.fetch.error.message' AS error
     FROM page WHERE seq > ? ORDER BY seq LIMIT ?`,
    unlinkedDepth,
    after,
    maxRows,
  );
  return upToCharacters(rows, (row) => row.url.length + lengthOf(row.title) + lengthOf(row.redirectTo) + lengthOf(row.error) + 300);
}

type FindingColumns = { [K in keyof ProjectedFinding]: ProjectedFinding[K] & SqlStorageValue } & { severity: Severity };

/** The next findings that D1 has not heard of, in the order in which they were made. */
export function unprojectedFindings(sql: SqlStorage, after: number): ProjectedFinding[] {
  const rows = sql.exec<FindingColumns>(
    `SELECT finding.id AS ordinal, rule_id AS ruleId, severity, url.url AS pageUrl, message_values AS "values", evidence, evidence_total AS evidenceTotal
     FROM finding LEFT JOIN url ON url.id = finding.page_id WHERE finding.id > ? ORDER BY finding.id LIMIT ?`,
    after,
    maxRows,
  );
  return upToCharacters(rows, (row) => row.evidence.length + row.values.length + lengthOf(row.pageUrl) + 300);
}

const lengthOf = (text: string | null): number => text?.length ?? 0;

function upToCharacters<T>(rows: Iterable<T>, size: (row: T) => number): T[] {
  const taken: T[] = [];
  let characters = 0;
  for (const row of rows) {
    characters += size(row);
    if (taken.length > 0 && characters > maxCharacters) break;
    taken.push(row);
  }
  return taken;
}
