import fc from "fast-check";
import { severities } from "../../../shared/audits/index.ts";
import { comparisons, type ReportContent, type SiteContent } from "../../../shared/reports/content/content.ts";
import type { Told } from "../../../shared/reports/text/tell.ts";

/** What names of people and sites may be made of, and what tries to be more than a name. */
const hostile = fc.constantFrom(
  "\u202egnp.exe",
  "\u2066abc\u2069",
  "a".repeat(5_000),
  "<script>alert(1)</script>",
  "[x](javascript:alert(1)) | `code` **bold** @everyone",
  "👩‍👩‍👧 🏳️‍🌈",
  "日本語のサイト",
  "العربية עברית",
  "Z̸̢̨̛͎͍̺̳̐͐͗̚͝".repeat(50),
  "\u0000\u001b[31m\r\n\u2028",
  "\ud800",
  "",
  "   ",
);
const text = fc.oneof(hostile, fc.string({ unit: "binary" }), fc.string());
const millis = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
const count = fc.nat(1_000_000);
const score = fc.option(fc.integer({ min: 0, max: 100 }));
const ruleId = fc.oneof(fc.constantFrom("title-missing", "description-missing", "https-missing"), text);
const severity = fc.constantFrom(...severities);
const audited = fc.record({ auditId: fc.constant("aud_01kaq3v8e0000000000000000a"), url: text, finishedAt: millis, score, pages: count });
const failing = fc.record({ ruleId, severity, pages: count, checked: count });

const site: fc.Arbitrary<SiteContent> = fc.record({
  siteId: fc.constant("sit_01kaq3v8e0000000000000000a"),
  origin: fc.oneof(fc.webUrl(), text),
  now: fc.option(audited),
  before: fc.option(audited),
  comparison: fc.constantFrom(...comparisons),
  change: fc.option(fc.integer({ min: -100, max: 100 })),
  better: fc.record({ total: count, rules: fc.array(fc.record({ ruleId, severity, pagesBefore: count }), { maxLength: 3 }) }),
  worse: fc.record({ total: count, rules: fc.array(failing, { maxLength: 3 }) }),
  top: fc.array(failing, { maxLength: 5 }),
  muted: count,
});

const content: fc.Arbitrary<ReportContent> = fc.record({
  projects: fc.array(fc.record({ projectId: fc.constant("prj_01kaq3v8e0000000000000000a"), name: text, sites: fc.array(site, { maxLength: 3 }) }), {
    maxLength: 3,
  }),
  projectsLeftOut: count,
  sitesLeftOut: count,
});

/** Any report, also such as nothing here would make. */
export const anyReport: fc.Arbitrary<Told> = fc.record({
  content,
  projectId: fc.option(fc.constant("prj_01kaq3v8e0000000000000000a")),
  from: millis,
  to: millis,
  createdAt: millis,
});
