import { and, asc, eq, getTableColumns, gt, lte, sql } from "drizzle-orm";
import { findings } from "../../db/schema/index.ts";
import type { Language } from "../../platform/index.ts";
import { AppError, type Context } from "../../platform/index.ts";
import { findAudit, type StoredFinding, toFinding } from "../queries.ts";
import { type Severity, severities } from "../rules/rule.ts";
import { Counts } from "../schemas.ts";

/** Rows that one read takes at most, and about how many characters they may have together: most rows have some hundred, the longest 50,000. */
const rowsPerRead = 2_000;
const charactersPerRead = 4_000_000;
/** Rows of the first read, before anything is known of how long they are. */
const firstRows = 200;

/**
 * Every finding of an audit, errors first, then in the order in which they were made, without its state: that would read the audit before for every slice. At most one read of the database is held at a time.
 * Throws `not_found` at the end when the audit was deleted meanwhile, and `internal` when a completed one did not have all that it counts:
 * what was read is then not the whole.
 */
export async function* everyFinding(ctx: Context, auditId: string, language: Language): AsyncGenerator<StoredFinding[], void> {
  const { status, counts } = await findAudit(ctx, auditId);
  const found = { error: 0, warning: 0, info: 0 };
  let limit = firstRows;
  for (const severity of severities) {
    for (let after = -1; ; ) {
      const rows = await readNext(ctx, { auditId, severity, after, limit });
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows.map((row) => toFinding(row, language));
      after = last.ordinal;
      found[severity] += rows.length;
      limit = fittingRows(rows);
    }
  }
  await findAudit(ctx, auditId);
  // An audit that was stopped may have counted findings that it could not store any more.
  if (status !== "completed" || counts === null) return;
  const expected = Counts.parse(counts);
  if (severities.every((severity) => found[severity] === expected[severity])) return;
  throw new AppError("internal", "The findings that were read are not as many as the audit has.");
}

/** How many rows like these fit into one read: the database looks at all it is asked for, also at those that it then has no room for. */
function fittingRows(rows: readonly { readonly characters: number }[]): number {
  const characters = rows.reduce((sum, row) => sum + row.characters, 0);
  return Math.min(rowsPerRead, Math.ceil((charactersPerRead * rows.length) / Math.max(1, characters)));
}

interface Place {
  readonly auditId: string;
  readonly severity: Severity;
  /** Ordinal of the last row that was read. */
  readonly after: number;
  /** Rows to look at. */
  readonly limit: number;
}

type Row = typeof findings.$inferSelect & { readonly characters: number };

/** The next rows, as many as fit: one at least, none when there are no more. */
async function readNext(ctx: Context, { auditId, severity, after, limit }: Place): Promise<Row[]> {
  const characters = sql<number>`length(${findings.evidence}) + length(${findings.values}) + coalesce(length(${findings.pageUrl}), 0)`;
  const next = ctx.db
    .select({
      ...getTableColumns(findings),
      characters: characters.as("characters"),
      before: sql<number>`sum(${characters}) over (order by ${findings.ordinal} rows between unbounded preceding and 1 preceding)`.as("before"),
    })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, ctx.workspaceId), eq(findings.severity, severity), gt(findings.ordinal, after)))
    .orderBy(asc(findings.ordinal))
    .limit(limit)
    .as("next");
  return ctx.db
    .select()
    .from(next)
    .where(lte(sql`coalesce(${next.before}, 0)`, charactersPerRead))
    .orderBy(asc(next.ordinal));
}
