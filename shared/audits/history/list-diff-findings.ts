import { and, asc, eq, getTableColumns, gt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { findings } from "../../db/schema/index.ts";
import { type Context, Count, decodeCursor, type Language, pageOf, requirePermission } from "../../platform/index.ts";
import { findMuted } from "../mutes/live-mutes.ts";
import { toFinding } from "../queries.ts";
import { findPair, goneState, isGone, type Pair } from "./diff.ts";
import type { DiffFindingList, DiffFindingsQuery, DiffState } from "./schemas.ts";
import { stateOf } from "./states.ts";

/** What the audit has comes first, then what only the other one has; each in the order in which it was found. */
const parts = ["present", "gone"] as const;
type Part = (typeof parts)[number];

const partOf: Readonly<Record<DiffState, Part>> = { new: "present", open: "present", muted: "present", fixed: "gone", "not-rechecked": "gone" };

type Row = typeof findings.$inferSelect & { readonly state: DiffState };

/** The findings of two audits of a site, each with what became of it. @throws AppError as `findPair` does */
export async function listDiffFindings(ctx: Context, auditId: string, query: DiffFindingsQuery, language: Language): Promise<DiffFindingList> {
  requirePermission(ctx, "audits:read");
  const pair = await findPair(ctx, auditId, query.base);
  const { limit, state } = query;
  const place = query.cursor === undefined ? undefined : decodeCursor(query.cursor, z.tuple([z.enum(parts), Count]), "diff");
  const rows: (Row & { readonly part: Part })[] = [];
  for (const part of parts) {
    const isRead = part === "present" && place?.[0] === "gone";
    if (isRead || (state !== undefined && partOf[state] !== part) || rows.length > limit) continue;
    const after = place?.[0] === part ? place[1] : undefined;
    const next = await readPart(ctx, pair, { part, query, after, limit: limit + 1 - rows.length });
    rows.push(...next.map((row) => ({ ...row, part })));
  }
  const { items, ...rest } = pageOf(rows, limit, ({ part, ordinal }) => [part, ordinal], "diff");
  return { items: items.map((row) => ({ ...toFinding(row, language), auditId: row.auditId, state: row.state })), ...rest };
}

interface Which {
  readonly part: Part;
  readonly query: DiffFindingsQuery;
  /** Ordinal of the last one that was read. */
  readonly after: number | undefined;
  readonly limit: number;
}

async function readPart(ctx: Context, pair: Pair, { part, query, after, limit }: Which): Promise<Row[]> {
  const { state, which } = part === "present" ? await present(ctx, pair) : gone(ctx, pair);
  return ctx.db
    .select({ ...getTableColumns(findings), state })
    .from(findings)
    .where(
      and(
        which,
        after === undefined ? undefined : gt(findings.ordinal, after),
        query.rule === undefined ? undefined : eq(findings.ruleId, query.rule),
        query.state === undefined ? undefined : eq(state, query.state),
      ),
    )
    .orderBy(asc(findings.ordinal))
    .limit(limit);
}

/** Findings of a part, and the state of each. */
interface Selected {
  readonly state: SQL<DiffState>;
  readonly which: SQL | undefined;
}

async function present(ctx: Context, { audit, base }: Pair): Promise<Selected> {
  const state = stateOf(ctx, { baseId: base?.id ?? null, muted: await findMuted(ctx, audit.url) });
  return { state, which: and(eq(findings.auditId, audit.id), eq(findings.workspaceId, ctx.workspaceId)) };
}

function gone(ctx: Context, { audit, base }: Pair): Selected {
  if (base === null) return { state: sql`null`, which: sql`0` };
  return { state: goneState(ctx, audit, base), which: isGone(ctx, audit, base) };
}
