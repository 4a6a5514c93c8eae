import { descriptionDuplicate } from "../../../../../shared/audits/rules/content/description-duplicate.ts";
import { titleDuplicate } from "../../../../../shared/audits/rules/content/title-duplicate.ts";
import { canonicalToError } from "../../../../../shared/audits/rules/indexability/canonical-to-error.ts";
import { canonicalToNoindex } from "../../../../../shared/audits/rules/indexability/canonical-to-noindex.ts";
import { canonicalToRedirect } from "../../../../../shared/audits/rules/indexability/canonical-to-redirect.ts";
import { noindex } from "../../../../../shared/audits/rules/indexability/noindex.ts";
import { robotsBlocked } from "../../../../../shared/audits/rules/indexability/robots-blocked.ts";
import { brokenInternalLink } from "../../../../../shared/audits/rules/links/broken-internal-link.ts";
import { linkToRedirect } from "../../../../../shared/audits/rules/links/link-to-redirect.ts";
import type { SqlRule } from "../../../../../shared/audits/rules/rule.ts";
import { sitemapMember4xx } from "../../../../../shared/audits/rules/sitemaps/sitemap-member-4xx.ts";
import { sitemapMemberRedirect } from "../../../../../shared/audits/rules/sitemaps/sitemap-member-redirect.ts";
import type { SiteRow } from "../../../../helpers/worker/crawl-tables.ts";

const hidden = [{ source: "meta", agent: "robots", directives: ["noindex", "follow"] }] as const;
const at = (path: string): string => `https://example.com${path}`;
const gone: SiteRow = { path: "/gone", outcome: "other", status: 404 };
const moved: SiteRow = { path: "/old", outcome: "redirect", status: 301, finalStatus: 200, redirectTo: "/new" };
const movedToError: SiteRow = { path: "/old", outcome: "redirect", status: 301, finalStatus: 410, redirectTo: "/gone" };
const silent: SiteRow = { path: "/slow", outcome: "failed", status: null, errorCode: "timeout" };

/** A site, how many of its pages one rule has to check there, and its findings. */
interface Case {
  readonly outcome: string;
  readonly rule: SqlRule;
  readonly site: readonly SiteRow[];
  readonly checked: number;
  readonly findings: readonly Record<string, unknown>[];
}

const noindexCases: Case[] = [
  {
    outcome: "says where a page asks to stay out",
    rule: noindex,
    site: [{ path: "/a" }, { path: "/b", robots: hidden }],
    checked: 2,
    findings: [{ url: at("/b"), evidence: ["meta robots: noindex, follow"], severity: "info" }],
  },
  {
    outcome: "names a header, and the crawler it speaks to",
    rule: noindex,
    site: [
      { path: "/a", robots: [{ source: "header", agent: "robots", directives: ["none"] }] },
      { path: "/b", robots: [{ source: "header", agent: "googlebot", directives: ["noindex"] }] },
    ],
    checked: 2,
    findings: [
      { url: at("/a"), evidence: ["X-Robots-Tag: none"], severity: "info" },
      { url: at("/b"), evidence: ["X-Robots-Tag googlebot: noindex"], severity: "info" },
    ],
  },
  {
    outcome: "is an error on the start page and on members of a sitemap",
    rule: noindex,
    site: [
      { path: "/", isStart: true, robots: hidden },
      { path: "/listed", isInSitemap: true, robots: hidden },
    ],
    checked: 2,
    findings: [
      { url: at("/"), evidence: ["meta robots: noindex, follow"], severity: "error" },
      { url: at("/listed"), evidence: ["meta robots: noindex, follow"], severity: "error" },
    ],
  },
  {
    outcome: "passes pages that may be listed",
    rule: noindex,
    site: [{ path: "/a", robots: [{ source: "meta", agent: "robots", directives: ["nofollow"] }] }],
    checked: 1,
    findings: [],
  },
  { outcome: "has nothing to check without HTML pages", rule: noindex, site: [gone, moved, silent], checked: 0, findings: [] },
];

const robotsBlockedCases: Case[] = [
  {
    outcome: "names a linked address that was never fetched, and the file that closes it",
    rule: robotsBlocked,
    site: [{ path: "/open" }, { path: "/private", unfetched: "blocked" }],
    checked: 2,
    findings: [{ url: at("/private"), evidence: [at("/robots.txt")] }],
  },
  {
    outcome: "leaves alone what no page links to, and what the options left out",
    rule: robotsBlocked,
    site: [{ path: "/open" }, { path: "/private", unfetched: "blocked", isLinked: false }, { path: "/far", unfetched: "skipped" }],
    checked: 1,
    findings: [],
  },
  { outcome: "has nothing to check where nothing is linked", rule: robotsBlocked, site: [{ path: "/", isLinked: false }], checked: 0, findings: [] },
];

const canonicalCases: Case[] = [
  {
    outcome: "says where the canonical leads instead",
    rule: canonicalToRedirect,
    site: [{ path: "/a", canonical: "/old" }, { path: "/b", canonical: "/b" }, moved],
    checked: 2,
    findings: [{ url: at("/a"), evidence: [`${at("/old")} → ${at("/new")}`] }],
  },
  {
    outcome: "shows an error behind the redirect",
    rule: canonicalToRedirect,
    site: [{ path: "/a", canonical: "/old" }, movedToError],
    checked: 1,
    findings: [{ url: at("/a"), evidence: [`${at("/old")} → ${at("/gone")} (410)`] }],
  },
  { outcome: "passes canonicals that answer", rule: canonicalToRedirect, site: [{ path: "/a", canonical: "/b" }, { path: "/b" }], checked: 1, findings: [] },
  {
    outcome: "has nothing to check where the canonical was not fetched",
    rule: canonicalToRedirect,
    site: [{ path: "/a", canonical: "/elsewhere" }, { path: "/b" }],
    checked: 0,
    findings: [],
  },
  {
    outcome: "shows what the canonical answers",
    rule: canonicalToError,
    site: [{ path: "/a", canonical: "/gone" }, { path: "/b", canonical: "/slow" }, { path: "/c", canonical: "/a" }, gone, silent],
    checked: 3,
    findings: [
      { url: at("/a"), evidence: [`${at("/gone")} (404)`] },
      { url: at("/b"), evidence: [`${at("/slow")} (timeout)`] },
    ],
  },
  { outcome: "passes canonicals that work", rule: canonicalToError, site: [{ path: "/a", canonical: "/a" }], checked: 1, findings: [] },
  { outcome: "has nothing to check without canonicals", rule: canonicalToError, site: [{ path: "/a" }, gone], checked: 0, findings: [] },
  {
    outcome: "finds a canonical that wants to stay out",
    rule: canonicalToNoindex,
    site: [
      { path: "/a", canonical: "/hidden" },
      { path: "/hidden", robots: hidden },
    ],
    checked: 1,
    findings: [{ url: at("/a"), evidence: [at("/hidden")] }],
  },
  {
    outcome: "passes a canonical that may be listed",
    rule: canonicalToNoindex,
    site: [{ path: "/a", canonical: "/b" }, { path: "/b" }],
    checked: 1,
    findings: [],
  },
  {
    outcome: "has nothing to check on pages that stay out themselves",
    rule: canonicalToNoindex,
    site: [
      { path: "/a", canonical: "/hidden", robots: hidden },
      { path: "/hidden", canonical: "/hidden", robots: hidden },
    ],
    checked: 0,
    findings: [],
  },
];

const duplicateCases: Case[] = [
  {
    outcome: "names the other pages",
    rule: titleDuplicate,
    site: ["/a", "/b", "/c"].map((path) => ({ path, title: "Shop" })).concat({ path: "/d", title: "About" }),
    checked: 4,
    findings: [
      { url: at("/a"), evidence: [at("/b"), at("/c")], evidence_total: 2, title: "Shop" },
      { url: at("/b"), evidence: [at("/a"), at("/c")], evidence_total: 2, title: "Shop" },
      { url: at("/c"), evidence: [at("/a"), at("/b")], evidence_total: 2, title: "Shop" },
    ],
  },
  {
    outcome: "allows the same title in another language, on a copy with a canonical, and on a page kept out of search",
    rule: titleDuplicate,
    site: [
      { path: "/en", title: "Chocolate" },
      { path: "/es", title: "Chocolate", lang: "es" },
      { path: "/copy", title: "Chocolate", canonical: "/en" },
      { path: "/hidden", title: "Chocolate", robots: hidden },
    ],
    checked: 2,
    findings: [],
  },
  {
    outcome: "counts only the pages of the same language",
    rule: titleDuplicate,
    site: [
      { path: "/en", title: "Chocolate" },
      { path: "/en/2", title: "Chocolate" },
      { path: "/es", title: "Chocolate", lang: "es" },
    ],
    checked: 3,
    findings: [
      { url: at("/en"), evidence: [at("/en/2")], evidence_total: 1, title: "Chocolate" },
      { url: at("/en/2"), evidence: [at("/en")], evidence_total: 1, title: "Chocolate" },
    ],
  },
  { outcome: "has nothing to check without titles", rule: titleDuplicate, site: [{ path: "/a" }, { path: "/b", title: "" }, gone], checked: 0, findings: [] },
  {
    outcome: "names the other pages, and shows a long description in part",
    rule: descriptionDuplicate,
    site: ["/a", "/b"].map((path) => ({ path, description: "x".repeat(300) })),
    checked: 2,
    findings: [
      { url: at("/a"), evidence: [at("/b")], evidence_total: 1, description: "x".repeat(200) },
      { url: at("/b"), evidence: [at("/a")], evidence_total: 1, description: "x".repeat(200) },
    ],
  },
  {
    outcome: "allows descriptions of their own",
    rule: descriptionDuplicate,
    site: [
      { path: "/a", description: "One" },
      { path: "/b", description: "Two" },
    ],
    checked: 2,
    findings: [],
  },
  { outcome: "has nothing to check without descriptions", rule: descriptionDuplicate, site: [{ path: "/a" }, { path: "/b" }], checked: 0, findings: [] },
];

const linkCases: Case[] = [
  {
    outcome: "lists what does not work, once for each page that links to it",
    rule: brokenInternalLink,
    site: [{ path: "/a", links: ["/b", "/gone", "/slow"] }, { path: "/b", links: ["/a", "/gone"] }, { path: "/c", links: ["/a"] }, gone, silent],
    checked: 3,
    findings: [
      { url: at("/a"), evidence: [`${at("/gone")} (404)`, `${at("/slow")} (timeout)`], evidence_total: 2 },
      { url: at("/b"), evidence: [`${at("/gone")} (404)`], evidence_total: 1 },
    ],
  },
  {
    outcome: "does not blame the site for what the crawl declined, for redirects or for files",
    rule: brokenInternalLink,
    site: [
      { path: "/a", links: ["/big", "/lost", "/old", "/file"] },
      { path: "/big", outcome: "failed", status: 200, errorCode: "too-large" },
      { path: "/lost", outcome: "failed", status: null, errorCode: "malformed" },
      { path: "/file", outcome: "other", status: 200 },
      movedToError,
    ],
    checked: 1,
    findings: [],
  },
  {
    outcome: "shows the reason rather than the status where the answer broke off",
    rule: brokenInternalLink,
    site: [
      { path: "/a", links: ["/stuck"] },
      { path: "/stuck", outcome: "failed", status: 200, errorCode: "timeout" },
    ],
    checked: 1,
    findings: [{ url: at("/a"), evidence: [`${at("/stuck")} (timeout)`], evidence_total: 1 }],
  },
  {
    outcome: "has nothing to check where no link was followed",
    rule: brokenInternalLink,
    site: [{ path: "/a", links: ["/later"] }, { path: "/b" }, { path: "/later", unfetched: "skipped" }],
    checked: 0,
    findings: [],
  },
  {
    outcome: "says where the link ends",
    rule: linkToRedirect,
    site: [{ path: "/a", links: ["/old", "/b"] }, { path: "/b", links: ["/a"] }, moved],
    checked: 2,
    findings: [{ url: at("/a"), evidence: [`${at("/old")} → ${at("/new")}`], evidence_total: 1 }],
  },
  {
    outcome: "shows a redirect that never ends",
    rule: linkToRedirect,
    site: [
      { path: "/a", links: ["/loop"] },
      { path: "/loop", outcome: "redirect", status: 302, redirectTo: "/loop", errorCode: "redirect-loop" },
    ],
    checked: 1,
    findings: [{ url: at("/a"), evidence: [`${at("/loop")} → ${at("/loop")} (redirect-loop)`], evidence_total: 1 }],
  },
  { outcome: "passes direct links, even broken ones", rule: linkToRedirect, site: [{ path: "/a", links: ["/gone"] }, gone], checked: 1, findings: [] },
  { outcome: "has nothing to check without links", rule: linkToRedirect, site: [{ path: "/a" }, moved], checked: 0, findings: [] },
];

const sitemapCases: Case[] = [
  {
    outcome: "shows the status of a member that does not exist",
    rule: sitemapMember4xx,
    site: [
      { path: "/a", isInSitemap: true },
      { ...gone, isInSitemap: true },
    ],
    checked: 2,
    findings: [{ url: at("/gone"), evidence: ["404"], status: 404 }],
  },
  {
    outcome: "leaves alone dead pages outside the sitemap and failing servers",
    rule: sitemapMember4xx,
    site: [gone, { path: "/down", outcome: "other", status: 503, isInSitemap: true }],
    checked: 1,
    findings: [],
  },
  {
    outcome: "has nothing to check where no member answered",
    rule: sitemapMember4xx,
    site: [{ path: "/a" }, { ...silent, isInSitemap: true }],
    checked: 0,
    findings: [],
  },
  {
    outcome: "shows where a member leads",
    rule: sitemapMemberRedirect,
    site: [
      { path: "/a", isInSitemap: true },
      { ...movedToError, isInSitemap: true },
    ],
    checked: 2,
    findings: [{ url: at("/old"), evidence: [`→ ${at("/gone")} (410)`] }],
  },
  {
    outcome: "leaves alone redirects outside the sitemap",
    rule: sitemapMemberRedirect,
    site: [{ path: "/a", isInSitemap: true }, moved],
    checked: 1,
    findings: [],
  },
  { outcome: "has nothing to check without a sitemap", rule: sitemapMemberRedirect, site: [{ path: "/a" }, moved], checked: 0, findings: [] },
];

export const sqlRuleCases: readonly Case[] = [...noindexCases, ...robotsBlockedCases, ...canonicalCases, ...duplicateCases, ...linkCases, ...sitemapCases];
