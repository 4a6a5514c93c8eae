import type { Report, ReportedRule } from "../../shared/audits/report/schemas.ts";
import type { Category, Severity } from "../../shared/audits/rules/rule.ts";
import type { Finding } from "../../shared/audits/schemas.ts";

const site = "https://shop.example";

interface Problem {
  readonly id: string;
  readonly category: Category;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly why: string;
  readonly fix: string;
  readonly paths: readonly (string | null)[];
  readonly total: number;
  readonly evidence: readonly string[];
}

const problems: readonly Problem[] = [
  {
    id: "broken-internal-link",
    category: "links",
    severity: "error",
    title: "Links to pages that do not answer",
    message: "This page links to 2 addresses that answer with an error.",
    why: "Visitors land on an error page, and search engines spend their visits on addresses that lead nowhere.",
    fix: "Point each link at the page that replaced the missing one, or remove the link.",
    paths: ["/", "/collections/autumn", "/blog/how-to-care-for-leather-boots-in-winter-and-make-them-last-for-a-decade?utm_source=newsletter", "/about"],
    total: 31,
    evidence: [`${site}/collections/summer-2021`, `${site}/team/anna`],
  },
  {
    id: "title-missing",
    category: "content",
    severity: "error",
    title: "Pages without a title",
    message: "The page has no <title>.",
    why: "The title is the headline of a search result; without one, search engines make one up.",
    fix: "Give every page a title of its own that says what it is about in the first few words.",
    paths: ["/cart", "/checkout/shipping"],
    total: 2,
    evidence: [],
  },
  {
    id: "ai-search-bot-blocked",
    category: "ai-access",
    severity: "error",
    title: "AI search crawlers are blocked",
    message: "robots.txt blocks 3 AI search bots from 12 paths.",
    why: "An answer engine can only name pages that its search bot may fetch.",
    fix: "Allow OAI-SearchBot, Claude-SearchBot and PerplexityBot in robots.txt. Training bots have names of their own and can stay blocked.",
    paths: [null],
    total: 1,
    evidence: ["OAI-SearchBot: /products/", "Claude-SearchBot: /products/", "PerplexityBot: /"],
  },
  {
    id: "image-alt-missing",
    category: "images",
    severity: "warning",
    title: "Images without alternative text",
    message: "7 images have no alt attribute.",
    why: "People who cannot see an image hear its alternative text, and search engines read it.",
    fix: 'Describe what each image shows in its alt attribute; use alt="" for decoration.',
    paths: ["/", "/collections/autumn", "/collections/winter"],
    total: 64,
    evidence: [`${site}/img/hero-9f2c.webp`, `${site}/img/IMG_2041.jpeg`, "/img/a.png", "/img/b.png", "/img/c.png"],
  },
  {
    id: "description-missing",
    category: "content",
    severity: "warning",
    title: "Pages without a meta description",
    message: "The page has no meta description.",
    why: "Search engines often show it under the title; without one they pick a piece of the text.",
    fix: "Write one or two sentences that say what a visitor gets from the page.",
    paths: ["/faq", "/contact", "/returns"],
    total: 18,
    evidence: [],
  },
  {
    id: "slow-ttfb",
    category: "performance",
    severity: "warning",
    title: "Slow answers from the server",
    message: "The first byte took 1.9 s.",
    why: "Nothing can be shown before the first byte arrives.",
    fix: "Cache whole pages near visitors, and look for slow queries behind these addresses.",
    paths: ["/search?q=boots"],
    total: 4,
    evidence: ["1,912 ms, then 1,704 ms"],
  },
  {
    id: "h1-multiple",
    category: "content",
    severity: "info",
    title: "Several main headings",
    message: "The page has 3 h1 headings.",
    why: "One main heading tells readers and machines what the page is about.",
    fix: "Keep the h1 that names the page and make the others h2.",
    paths: ["/blog"],
    total: 9,
    evidence: ["Blog", "Newsletter", "Shop"],
  },
];

const ulid = (n: number): string => n.toString().padStart(26, "0");

function reported({ id, category, severity, title, message, why, fix, paths, total, evidence }: Problem, index: number): ReportedRule {
  const findings = paths.map(
    (path, i): Finding => ({
      id: `fnd_${ulid(index * 100 + i)}`,
      ruleId: id,
      ruleVersion: 1,
      category,
      severity,
      state: "new",
      pageUrl: path === null ? null : site + path,
      message,
      evidence: [...evidence],
      evidenceTotal: evidence.length === 5 ? 7 : evidence.length,
    }),
  );
  const scope = paths[0] === null ? "site" : "page";
  const sources = [{ url: "https://developers.google.com/search/docs/fundamentals/seo-starter-guide", checked: "2026-11" }];
  return {
    rule: { id, category, severity, scope, version: 1, title, why, fix, sources },
    checked: scope === "site" ? 1 : 96,
    failing: total,
    severity,
    findings,
    findingsTotal: total,
  };
}

const startedAt = Date.UTC(2026, 10, 22, 9, 30);
const slow = (path: string, ttfbMs: number, totalMs: number, bytes: number): Report["slowest"][number] => ({
  url: site + path,
  status: 200,
  outcome: "html",
  title: path,
  depth: 2,
  indexable: true,
  redirectTo: null,
  contentType: "text/html",
  bytes,
  ttfbMs,
  totalMs,
  error: null,
});

/** A report of a shop with a bit of everything, for tests of how reports look and read. */
export const sampleReport: Report = {
  formatVersion: 1,
  generatedAt: startedAt + 60_000,
  language: "en",
  mentha: "0.1.0",
  audit: {
    id: `aud_${ulid(1)}`,
    url: `${site}/`,
    status: "completed",
    progress: { discovered: 424, fetched: 110, failed: 2 },
    scores: {
      overall: 78,
      indexability: 97,
      content: 81,
      links: 46,
      sitemaps: 100,
      international: 100,
      mobile: 100,
      images: 38,
      security: 92,
      performance: 74,
      "ai-access": 50,
      "ai-content": 61,
    },
    counts: { error: 34, warning: 86, info: 9 },
    createdAt: startedAt - 800,
    startedAt,
    finishedAt: startedAt + 47_300,
  },
  pages: {
    total: 112,
    byStatus: [
      { status: 200, count: 96 },
      { status: 301, count: 9 },
      { status: 404, count: 4 },
      { status: 500, count: 1 },
      { status: null, count: 2 },
    ],
    redirects: 9,
    failed: 2,
  },
  rules: problems.map(reported),
  passed: [
    { id: "viewport-missing", title: "Pages without a viewport", category: "mobile" },
    { id: "charset-missing", title: "Pages without a character encoding", category: "content" },
    { id: "canonical-multiple", title: "Several canonical URLs", category: "indexability" },
    { id: "robots-syntax", title: "Lines in robots.txt that cannot be read", category: "indexability" },
    { id: "sitemap-invalid", title: "Sitemaps that cannot be read", category: "sitemaps" },
    { id: "mixed-content", title: "Insecure resources on secure pages", category: "security" },
  ],
  notChecked: [
    { id: "hreflang-invalid-code", title: "Language codes that do not exist", category: "international" },
    { id: "hreflang-relative", title: "Relative hreflang addresses", category: "international" },
  ],
  slowest: [
    slow("/search?q=boots", 1_912, 2_240, 48_200),
    slow("/collections/autumn", 640, 1_310, 214_000),
    slow("/", 320, 710, 96_400),
    slow("/blog/how-to-care-for-leather-boots-in-winter-and-make-them-last-for-a-decade", 210, 433, 61_000),
    slow("/about", 180, 240, 18_900),
  ],
  notes: [
    "The crawl stopped at its limit of 100 pages; 312 more addresses were found and not fetched. Raise the limit to see more.",
    "Pages were not rendered in a browser: text and links that only JavaScript adds were not seen. This lowers no score.",
    "Links to other sites were not checked, and images, scripts and style sheets were not fetched.",
  ],
};
