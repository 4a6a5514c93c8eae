import { and, asc, eq, getTableColumns, gt, type SQL } from "drizzle-orm";
import { z } from "zod";
import { findings } from "../../db/schema/index.ts";
import { type Context, Count, decodeCursor, type Language, pageOf, requirePermission } from "../../platform/index.ts";
import { findMuted } from "../mutes/live-mutes.ts";
import { toFinding } from "../queries.ts";
import { findPair, goneState, isGone, type Pair } from "./diff.ts";
import type { DiffFindingList, DiffFindingsQuery, DiffState } from "./schemas.ts";
import { stateOf, withStates } from "./states.ts";

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

async function readPart(ctx: Context, pair: Pair, which: Which): Promise<Row[]> {
  return which.part === "present" ? readPresent(ctx, pair, which) : readGone(ctx, pair, which);
}

const narrowed = ({ query, after }: Which): SQL | undefined =>
  and(after === undefined ? undefined : gt(findings.ordinal, after), query.rule === undefined ? undefined : eq(findings.ruleId, query.rule));

async function readPresent(ctx: Context, { audit, base }: Pair, which: Which): Promise<Row[]> {
  const against = { baseId: base?.id ?? null, muted: await findMuted(ctx, audit.url) };
  const { state } = which.query;
  const rows = await ctx.db
    .select()
    .from(findings)
    .where(
      and(
        eq(findings.auditId, audit.id),
        eq(findings.workspaceId, ctx.workspaceId),
        narrowed(which),
        state === undefined ? undefined : eq(stateOf(ctx, against), state),
      ),
    )
    .orderBy(asc(findings.ordinal))
    .limit(which.limit);
  return state === undefined ? withStates(ctx, against, rows) : rows.map((row) => ({ ...row, state }));
}

async function readGone(ctx: Context, { audit, base }: Pair, which: Which): Promise<Row[]> {
  if (base === null) return [];
  const state = goneState(ctx, audit, base);
  return ctx.db
    .select({ ...getTableColumns(findings), state })
    .from(findings)
    .where(and(isGone(ctx, audit, base), narrowed(which), which.query.state === undefined ? undefined : eq(state, which.query.state)))
    .orderBy(asc(findings.ordinal))
    .limit(which.limit);
}
