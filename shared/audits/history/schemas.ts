import { z } from "zod";
import { AnyUrl, Count, Id, ListQuery, listOf, Millis, Percent, Text } from "../../platform/index.ts";
import { categories } from "../rules/rule.ts";
import { Counts, Finding, FindingState, Scores } from "../schemas.ts";

const Base = Id("audit").optional().describe("The audit to compare with, of the same site; the last one before of the same address when absent");

export const DiffQuery = z.object({ base: Base });
export type DiffQuery = z.infer<typeof DiffQuery>;

export const DiffState = z
  .enum([...FindingState.options, "fixed", "not-rechecked"])
  .describe(
    "`new`, `open` and `muted` as of findings. `fixed`: only the other audit has it, and its page and its rule were looked at again; `not-rechecked`: only the other has it, and nobody looked",
  );
export type DiffState = z.infer<typeof DiffState>;

export const DiffFindingsQuery = ListQuery.extend({ base: Base, state: DiffState.optional(), rule: Text(100).optional() });
export type DiffFindingsQuery = z.infer<typeof DiffFindingsQuery>;

export const StateCounts = z
  .object({
    new: Count,
    open: Count.describe("Found by both audits"),
    fixed: Count.describe("Looked at again, and gone"),
    notRechecked: Count.describe("Found by the other audit; nobody looked again"),
    muted: Count.describe("Found, and not to be heard of at the moment"),
  })
  .meta({ id: "StateCounts" });
export type StateCounts = z.infer<typeof StateCounts>;

const ScoreChange = z
  .object({ now: Percent.nullable(), before: Percent.nullable(), change: z.int().min(-100).max(100).nullable() })
  .describe("0–100, of the rules that both audits checked in the same version; null where there is none")
  .meta({ id: "ScoreChange" });

export const AuditDiff = z
  .object({
    auditId: Id("audit"),
    finishedAt: Millis.nullable(),
    baseId: Id("audit").nullable().describe("Null when there is nothing to compare with: then everything is new"),
    baseFinishedAt: Millis.nullable(),
    scores: z
      .object({
        overall: ScoreChange,
        byCategory: z
          .array(ScoreChange.extend({ category: z.enum(categories) }))
          .max(categories.length)
          .describe("Those in which both have a score"),
      })
      .nullable(),
    pages: z
      .object({
        now: Count.describe("Pages that answered"),
        before: Count.describe("The same of the other audit"),
        both: Count.describe("Pages that answered in both"),
        share: Percent.nullable().describe("How many of all these pages both looked at, in percent; null where one of them has none"),
      })
      .nullable()
      .describe("Null where there is nothing to compare with, and once the pages of one are no longer kept"),
    counts: StateCounts,
    rules: z
      .array(StateCounts.extend({ ruleId: Text(100) }))
      .max(1_000)
      .describe("The same counts for each rule with a finding, those with most news first"),
  })
  .meta({ id: "AuditDiff" });
export type AuditDiff = z.infer<typeof AuditDiff>;

const DiffFinding = Finding.extend({
  auditId: Id("audit").describe("The audit that has it: of `fixed` and `not-rechecked` the other one"),
  state: DiffState,
}).meta({
  id: "DiffFinding",
});
export const DiffFindingList = listOf(DiffFinding).meta({ id: "DiffFindingList" });
export type DiffFindingList = z.infer<typeof DiffFindingList>;

/** Audits of one site that a trend shows at most. */
export const mostOfSite = 200;
/** Audits of all sites together that one answer shows at most. */
export const mostPoints = 2_000;
/** As many as sites a project may have. */
const mostSites = 100;

const Time = z.coerce.number().int().min(0).max(8_640_000_000_000_000);

export const TrendsQuery = z.object({
  since: Time.optional().describe("Audits that ended at this time or later, in ms since 1970"),
  until: Time.optional().describe("Audits that ended before this time"),
});
export type TrendsQuery = z.infer<typeof TrendsQuery>;

const TrendPoint = z
  .object({ auditId: Id("audit"), url: AnyUrl, at: Millis.describe("When it ended"), scores: Scores, counts: Counts })
  .meta({ id: "TrendPoint" });
export type TrendPoint = z.infer<typeof TrendPoint>;

export const ProjectTrends = z
  .object({
    projectId: Id("project"),
    sites: z
      .array(
        z.object({
          siteId: Id("site"),
          origin: AnyUrl,
          audits: z.array(TrendPoint).max(mostOfSite).describe("Its completed audits, oldest first; the newest 200 at most, and of all sites together 2,000"),
          auditsLeftOut: Count.describe("Older ones of the same time that are not shown; ask for them with `until`"),
        }),
      )
      .max(mostSites),
  })
  .meta({ id: "ProjectTrends" });
export type ProjectTrends = z.infer<typeof ProjectTrends>;
