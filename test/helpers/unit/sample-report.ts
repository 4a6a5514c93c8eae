import { dayMs } from "../../../shared/platform/index.ts";
import type { SiteContent } from "../../../shared/reports/content/content.ts";
import type { Told } from "../../../shared/reports/text/tell.ts";

const to = Date.UTC(2026, 10, 22, 7);
const from = to - 7 * dayMs;
const audited = (score: number, finishedAt: number) => ({
  auditId: "aud_01kaq3v8e0000000000000000a",
  url: "https://shop.example/",
  finishedAt,
  score,
  pages: 61,
});

/** A site that got better by five points. */
export const sampleSite = (values: Partial<SiteContent> = {}): SiteContent => ({
  siteId: "sit_01kaq3v8e0000000000000000a",
  origin: "https://shop.example",
  now: audited(84, to - dayMs),
  before: audited(79, from - dayMs),
  comparison: "same",
  change: 5,
  better: { total: 1, rules: [{ ruleId: "title-missing", severity: "error", pagesBefore: 12 }] },
  worse: { total: 1, rules: [{ ruleId: "h1-missing", severity: "warning", pages: 3, checked: 61 }] },
  top: [{ ruleId: "h1-missing", severity: "warning", pages: 3, checked: 61 }],
  muted: 0,
  ...values,
});

export const sampleReport = (sites: SiteContent[] = [sampleSite()], name = "Shop"): Told => ({
  content: { projects: [{ projectId: "prj_01kaq3v8e0000000000000000a", name, sites }], projectsLeftOut: 0, sitesLeftOut: 0 },
  projectId: null,
  from,
  to,
  createdAt: to,
});
