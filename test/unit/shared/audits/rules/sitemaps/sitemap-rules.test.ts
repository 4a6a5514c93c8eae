import { describe, expect, it } from "vitest";
import { sitemapInvalid } from "../../../../../../shared/audits/rules/sitemaps/sitemap-invalid.ts";
import { sitemapMissing } from "../../../../../../shared/audits/rules/sitemaps/sitemap-missing.ts";
import { siteFacts, sitemap } from "../../../../../helpers/worker/site-facts.ts";

const usual = "https://example.com/sitemap.xml";
const absent = sitemap({ outcome: "absent", status: 404, entries: 0 });
const webPage = sitemap({ outcome: "invalid", entries: 0, problem: "It is HTML." });
const cutOff = sitemap({ outcome: "invalid", entries: 20, problem: "It ends too early." });
const announcedAbsent = sitemap({ url: "https://example.com/map.xml", source: "robots", outcome: "absent", status: 410, entries: 0 });
const indexedInvalid = sitemap({ url: "https://example.com/news.xml", source: "index", outcome: "invalid", entries: 0, problem: "It is HTML." });

describe("a site's sitemaps", () => {
  it.each([
    { facts: "one that answers", sitemaps: [sitemap()], missing: "pass", invalid: "pass" },
    { facts: "an empty one", sitemaps: [sitemap({ entries: 0 })], missing: "pass", invalid: "pass" },
    { facts: "none at the usual address", sitemaps: [absent], missing: [usual], invalid: "not-applicable" },
    { facts: "a web page at the usual address", sitemaps: [webPage], missing: [usual], invalid: "not-applicable" },
    { facts: "a broken one at the usual address", sitemaps: [cutOff], missing: "pass", invalid: [`${usual} (It ends too early.)`] },
    { facts: "an announced one that is gone", sitemaps: [announcedAbsent, absent], missing: "pass", invalid: ["https://example.com/map.xml (410)"] },
    { facts: "an index with a broken member", sitemaps: [sitemap(), indexedInvalid], missing: "pass", invalid: ["https://example.com/news.xml (It is HTML.)"] },
    { facts: "an announced one beside nothing at the usual address", sitemaps: [sitemap({ source: "robots" }), absent], missing: "pass", invalid: "pass" },
    { facts: "none that was asked for", sitemaps: [], missing: "not-applicable", invalid: "not-applicable" },
  ])("with $facts are judged missing and invalid accordingly", ({ sitemaps, missing, invalid }) => {
    const facts = siteFacts({ sitemaps });
    const shown = [sitemapMissing, sitemapInvalid]
      .map((rule) => rule.check(facts))
      .map((verdict) => (typeof verdict === "string" ? verdict : verdict.evidence));
    expect(shown).toEqual([missing, invalid]);
  });
});
