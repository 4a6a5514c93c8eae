import { z } from "zod";
import { AnyUrl, Count, Id, ListQuery, listOf, Millis, Percent, Text, TimedListQuery } from "../platform/index.ts";
import { Regression } from "./regression/schemas.ts";
import { type Category, categories, severities } from "./rules/rule.ts";

/** Every address found is compared with every pattern, so what a pattern may cost is bounded. */
const maxWildcards = 10;
const maxPatternCharacters = 2_000;

const Pattern = z
  .string()
  .min(1, { abort: true })
  .max(500)
  .refine((glob) => /^[/*]/.test(glob), "Begin a pattern with a slash, such as `/docs/**`, or with a wildcard")
  .refine((glob) => (glob.match(/\*+/g) ?? []).length <= maxWildcards, `Use at most ${maxWildcards} wildcards (\`*\` or \`**\`) in a pattern`)
  .describe("Glob on the path, which begins with `/` or `*`: `*` any characters but `/`, `**` any characters, `?` one; at most 10 of `*` and `**`");
const Patterns = z
  .array(Pattern)
  .max(50)
  .refine(
    (globs) => globs.join("").length <= maxPatternCharacters,
    `Use at most ${maxPatternCharacters.toLocaleString("en")} characters in all patterns together`,
  )
  .default([]);

const RequestHeaders = z
  .record(
    z
      .string()
      .regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/)
      .max(100),
    z
      .string()
      .max(4_000)
      .regex(/^[\x20-\x7e\t]*$/, "Use printable ASCII characters only"),
  )
  .refine((headers) => Object.keys(headers).length <= 20, "At most 20 headers")
  .refine((headers) => JSON.stringify(headers).length <= 16_000, "At most 16,000 characters in all headers together");

export const CreateAuditInput = z
  .strictObject({
    url: z
      .url({
        protocol: /^https?$/,
        error: ({ input }) =>
          input === undefined ? undefined : "Give a complete address that starts with http:// or https://, such as https://www.example.com/",
      })
      .max(2_000)
      .describe("Where the crawl starts"),
    maxPages: z.int().min(1).max(50_000).default(100).describe("How many pages to fetch at most; images, files and redirects do not count"),
    maxDepth: z.int().min(0).max(100).optional().describe("How many clicks from the start page at most; no limit when absent"),
    include: Patterns.describe("Fetch only paths that match one of these; at most 2,000 characters together"),
    exclude: Patterns.describe("Do not fetch paths that match one of these; at most 2,000 characters together"),
    requestsPerSecond: z
      .number()
      .gt(0)
      .max(50)
      .optional()
      .describe("Default 2, or the site's Crawl-delay; loopback addresses in development are not spaced unless this is given"),
    userAgent: z
      .string()
      .min(1)
      .max(300)
      .regex(/^[\x20-\x7e]+$/, "Use printable ASCII characters only")
      .optional()
      .describe("Sent as User-Agent"),
    headers: RequestHeaders.optional().describe("Extra request headers for the audited site only; stored encrypted, never returned"),
    respectRobots: z
      .boolean()
      .default(true)
      .describe(
        "False is allowed for sites that the workspace verified, where it counts for the host of `url` alone, and for loopback addresses in development",
      ),
  })
  .meta({ id: "CreateAuditInput" });
export type CreateAuditInput = z.infer<typeof CreateAuditInput>;

export const RerunAuditInput = z
  .strictObject({
    headers: RequestHeaders.optional().describe("Needed when the audit was made with `headers`, since their values are not kept: the same names at least"),
  })
  .meta({ id: "RerunAuditInput" });
export type RerunAuditInput = z.infer<typeof RerunAuditInput>;

export const AuditStatus = z.enum(["queued", "running", "completed", "failed", "cancelled"]);
export type AuditStatus = z.infer<typeof AuditStatus>;
/** Whether nothing more will happen to an audit. */
export const hasEnded = (status: AuditStatus): boolean => status !== "queued" && status !== "running";

const Progress = z
  .object({
    discovered: Count.describe("Addresses of pages found so far"),
    fetched: Count.describe("Pages that answered, redirects and files included"),
    failed: Count.describe("Pages that did not answer"),
  })
  .meta({ id: "Progress" });
export type Progress = z.infer<typeof Progress>;

const Score = Percent.nullable().describe("0–100; null when there was nothing to check");
const byCategory = {
  indexability: Score.optional(),
  content: Score.optional(),
  links: Score.optional(),
  sitemaps: Score.optional(),
  international: Score.optional(),
  mobile: Score.optional(),
  images: Score.optional(),
  urls: Score.optional(),
  "structured-data": Score.optional(),
  security: Score.optional(),
  performance: Score.optional(),
  "ai-access": Score.optional(),
  "ai-content": Score.optional(),
} satisfies Record<Category, z.ZodType>;
export const Scores = z.object({ overall: Score, ...byCategory }).meta({ id: "Scores" });
export type Scores = z.infer<typeof Scores>;

export const Counts = z.object({ error: Count, warning: Count, info: Count }).meta({ id: "Counts" });
export type Counts = z.infer<typeof Counts>;

export const Audit = z
  .object({
    id: Id("audit"),
    url: AnyUrl,
    status: AuditStatus,
    progress: Progress,
    scores: Scores.nullable().describe("Null until the audit is completed"),
    counts: Counts.describe("Findings so far, by severity"),
    createdAt: Millis,
    startedAt: Millis.nullable(),
    finishedAt: Millis.nullable(),
    regression: Regression.optional().describe("What got worse since the audit before, once a second look found it so too; absent where nothing did"),
    error: z
      .object({ code: Text(100), message: Text(2_000) })
      .optional()
      .describe("Why the audit failed"),
  })
  .meta({ id: "Audit" });
export type Audit = z.infer<typeof Audit>;
export const AuditList = listOf(Audit).meta({ id: "AuditList" });
export type AuditList = z.infer<typeof AuditList>;

export const LiveProgress = z
  .object({
    status: AuditStatus,
    ...Progress.shape,
    left: Count.describe("Addresses still to fetch within the page limit"),
    pagesPerSecond: z.number().min(0).max(1_000_000),
    secondsLeft: Count.nullable().describe("Null while it cannot be estimated"),
    currentUrl: AnyUrl.nullable(),
    counts: Counts,
  })
  .meta({ id: "LiveProgress" });
export type LiveProgress = z.infer<typeof LiveProgress>;

export const Page = z
  .object({
    url: AnyUrl,
    status: z.int().min(100).max(999).nullable().describe("HTTP status of this address itself; null when nothing answered"),
    outcome: z.enum(["html", "redirect", "other", "failed"]),
    title: Text(1_000).nullable(),
    depth: Count.nullable().describe("Clicks from the start page; null when no page links to it"),
    indexable: z.boolean(),
    redirectTo: AnyUrl.nullable(),
    contentType: Text(200).nullable(),
    bytes: Count,
    ttfbMs: Count,
    totalMs: Count,
    error: Text(2_000).nullable(),
  })
  .meta({ id: "Page" });
export type Page = z.infer<typeof Page>;
export const PageList = listOf(Page).meta({ id: "PageList" });
export type PageList = z.infer<typeof PageList>;

export const FindingState = z.enum(["new", "open", "muted"]);
export type FindingState = z.infer<typeof FindingState>;

export const Finding = z
  .object({
    id: Id("finding"),
    ruleId: Text(100),
    ruleVersion: z.int().min(1).max(10_000),
    category: z.enum(categories),
    severity: z.enum(severities),
    state: FindingState.describe(
      "`new`: the audit before of the same address did not have it, or there was none; `open`: it had; `muted`: members do not want to hear of it at the moment",
    ),
    pageUrl: AnyUrl.nullable().describe("Null for a finding about the whole site"),
    message: Text(2_000),
    evidence: z.array(Text(2_100)).max(20),
    evidenceTotal: Count.describe("How many there are; `evidence` holds the first 20"),
  })
  .meta({ id: "Finding" });
export type Finding = z.infer<typeof Finding>;
export const FindingList = listOf(Finding).meta({ id: "FindingList" });
export type FindingList = z.infer<typeof FindingList>;

export const RuleInfo = z
  .object({
    id: Text(100),
    category: z.enum(categories),
    severity: z.enum(severities),
    scope: z.enum(["page", "site"]),
    version: z.int().min(1).max(10_000),
    title: Text(300),
    why: Text(2_000),
    fix: Text(2_000),
    sources: z.array(z.object({ url: AnyUrl, checked: Text(10) })).max(20),
  })
  .meta({ id: "Rule" });
export type RuleInfo = z.infer<typeof RuleInfo>;

export const ListAuditsQuery = TimedListQuery.extend({ status: AuditStatus.optional() });
export type ListAuditsQuery = z.infer<typeof ListAuditsQuery>;

export const ListPagesQuery = ListQuery.extend({
  outcome: Page.shape.outcome.optional(),
  status: z.enum(["1xx", "2xx", "3xx", "4xx", "5xx"]).optional().describe("Class of the HTTP status"),
});
export type ListPagesQuery = z.infer<typeof ListPagesQuery>;

export const ListFindingsQuery = ListQuery.extend({
  rule: Text(100).optional(),
  severity: z.enum(severities).optional(),
  category: z.enum(categories).optional(),
  state: FindingState.optional(),
  page: AnyUrl.optional().describe("Exact address of the page"),
});
export type ListFindingsQuery = z.infer<typeof ListFindingsQuery>;

/** Columns of a stored finding. */
export const StoredCategory = z.enum(categories);
export const StoredValues = z.record(z.string(), z.union([z.string(), z.number()]));
export const StoredEvidence = z.array(z.string());
