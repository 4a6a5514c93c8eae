import { z } from "zod";
import { severities } from "../../audits/index.ts";
import { AnyUrl, Count, Id, Millis, Percent, Text } from "../../platform/index.ts";

/** A longer report is read by nobody: what is beyond is counted, and said to be. */
export const mostProjects = 100;
export const mostSites = 200;
/** Of what got better or worse on a site; the rest is counted. */
export const mostRules = 20;
export const mostTop = 5;

const Rule = { ruleId: Text(100).describe("Such as `title-missing`"), severity: z.enum(severities).describe("Of the rule") };
const Better = z.object({ ...Rule, pagesBefore: Count.describe("Pages that failed before") });
const Worse = z.object({ ...Rule, pages: Count.describe("Pages that fail now"), checked: Count.describe("Pages for which the rule was checked") });

const AuditedSite = z.object({
  auditId: Id("audit"),
  url: AnyUrl.describe("Where the crawl started"),
  finishedAt: Millis,
  score: Percent.nullable().describe("0–100; null when there was nothing to score"),
  pages: Count.describe("Pages that answered"),
});
export type AuditedSite = z.infer<typeof AuditedSite>;

/** How an audit stands to the one before. */
export const comparisons = ["same", "other-rules", "other-options", "first", "none"] as const;

export const SiteContent = z.object({
  siteId: Id("site"),
  origin: AnyUrl.describe("Scheme, host and port of the site"),
  now: AuditedSite.nullable().describe("The last audit that was completed in the time of the report; null when there was none"),
  before: AuditedSite.nullable().describe("The last audit before that time, else the first one in it; null when there is none"),
  comparison: z
    .enum(comparisons)
    .describe(
      "`same`: both judged by the same rules; `other-rules`: rules were changed in between, so that the scores do not compare; `other-options`: they did not look at the same, so that nothing counts as fixed and the scores do not compare; `first`: there is no audit before; `none`: there was no audit in the time",
    ),
  change: z.int().min(-100).max(100).nullable().describe("Points that the score rose; null where the scores do not compare"),
  better: z.object({ total: Count, rules: z.array(Better).max(mostRules) }).describe("Rules that no page fails any more"),
  worse: z.object({ total: Count, rules: z.array(Worse).max(mostRules) }).describe("Rules that pages fail, and none did before; of the first audit none"),
  top: z.array(Worse).max(mostTop).describe("What to fix first: errors before warnings, then what most pages fail"),
  muted: Count.describe("Rules that pages fail and that are muted for the whole site: they are in none of the lists"),
});
export type SiteContent = z.infer<typeof SiteContent>;

const ProjectContent = z.object({
  projectId: Id("project"),
  name: Text(100).describe("As it was called when the report was made"),
  sites: z.array(SiteContent).max(mostSites),
});
export type ProjectContent = z.infer<typeof ProjectContent>;

/** What a report says, in no language: ids and numbers. Texts are made when it is read. */
export const ReportContent = z
  .object({
    projects: z.array(ProjectContent).max(mostProjects),
    projectsLeftOut: Count.describe("Projects beyond the first hundred"),
    sitesLeftOut: Count.describe("Sites of these projects beyond the first two hundred of all"),
  })
  .meta({ id: "ReportContent" });
export type ReportContent = z.infer<typeof ReportContent>;

/** Sums of a report. */
export interface Sums {
  readonly projects: number;
  readonly sites: number;
  /** Sites with an audit in the time. */
  readonly audited: number;
  /** Rules that got better and worse, counted for each site. */
  readonly better: number;
  readonly worse: number;
}

export function sumsOf({ projects }: ReportContent): Sums {
  const sites = projects.flatMap((project) => project.sites);
  const sum = (of: (site: SiteContent) => number): number => sites.reduce((all, site) => all + of(site), 0);
  return {
    projects: projects.length,
    sites: sites.length,
    audited: sum(({ now }) => (now === null ? 0 : 1)),
    better: sum(({ better }) => better.total),
    worse: sum(({ worse }) => worse.total),
  };
}
