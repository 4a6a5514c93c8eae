import { and, asc, eq, getTableColumns, gt, lte, sql } from "drizzle-orm";
import { findings } from "../../db/schema/index.ts";
import type { Context } from "../../platform/index.ts";
import { toFinding } from "../queries.ts";
import { type Language, type Severity, severities } from "../rules/rule.ts";
import type { Finding } from "../schemas.ts";

/** Rows that one read takes at most, and about how many characters they may have together: most rows have some hundred, the longest 50,000. */
const rowsPerRead = 2_000;
const charactersPerRead = 4_000_000;

/** Every finding of an audit, errors first, then in the order in which they were made. At most one read of the database is held at a time. */
export async function* everyFinding(ctx: Context, auditId: string, language: Language): AsyncGenerator<Finding[], void> {
  for (const severity of severities) {
    for (let after = -1; ; ) {
      const rows = await readNext(ctx, { auditId, severity, after });
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows.map((row) => toFinding(row, language));
      after = last.ordinal;
    }
  }
}

interface Place {
  readonly auditId: string;
  readonly severity: Severity;
  /** Ordinal of the last row that was read. */
  readonly after: number;
}

/** The next rows, as many as fit: one at least, none when there are no more. */
async function readNext(ctx: Context, { auditId, severity, after }: Place): Promise<(typeof findings.$inferSelect)[]> {
  const characters = sql`length(${findings.evidence}) + length(${findings.values}) + coalesce(length(${findings.pageUrl}), 0)`;
  const next = ctx.db
    .select({
      ...getTableColumns(findings),
      before: sql<number>`sum(${characters}) over (order by ${findings.ordinal} rows between unbounded preceding and 1 preceding)`.as("before"),
    })
    .from(findings)
    .where(and(eq(findings.auditId, auditId), eq(findings.workspaceId, ctx.workspaceId), eq(findings.severity, severity), gt(findings.ordinal, after)))
    .orderBy(asc(findings.ordinal))
    .limit(rowsPerRead)
    .as("next");
  return ctx.db
    .select()
    .from(next)
    .where(lte(sql`coalesce(${next.before}, 0)`, charactersPerRead))
    .orderBy(asc(next.ordinal));
}
