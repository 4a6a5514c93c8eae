import { describe, expect, it } from "vitest";
import { ruleById, rules } from "../../../../../shared/audits/rules/catalogue.ts";
import { categories, type Severity } from "../../../../../shared/audits/rules/rule.ts";
import { languages } from "../../../../../shared/platform/index.ts";

/** What users, budgets and stored findings rely on: an id keeps its meaning, or is retired. */
const published: Readonly<Record<string, Readonly<Record<Severity, string>>>> = {
  indexability: {
    error:
      "http-4xx http-5xx fetch-timeout redirect-loop redirect-to-error robots-5xx canonical-invalid canonical-multiple canonical-mismatch-header canonical-to-redirect canonical-to-error canonical-to-noindex",
    warning: "redirect-chain meta-refresh robots-syntax robots-too-big robots-meta-conflict snippet-blocked canonical-relative canonical-to-root",
    info: "robots-blocked noindex canonical-missing",
  },
  content: {
    error: "title-missing",
    warning: "title-multiple title-duplicate description-missing description-multiple description-duplicate h1-missing charset-missing doctype-missing",
    info: "title-length description-length h1-multiple",
  },
  links: { error: "broken-internal-link localhost-link", warning: "uncrawlable-link generic-link-text", info: "link-to-redirect" },
  sitemaps: { error: "sitemap-invalid sitemap-member-4xx sitemap-member-redirect", warning: "", info: "sitemap-missing" },
  international: { error: "hreflang-invalid-code hreflang-relative", warning: "lang-missing lang-invalid", info: "" },
  mobile: { error: "", warning: "viewport-missing", info: "" },
  images: { error: "", warning: "image-alt-missing", info: "" },
  security: { error: "http-page mixed-content", warning: "", info: "hsts-missing csp-missing nosniff-missing" },
  performance: { error: "", warning: "slow-ttfb", info: "" },
  "ai-access": { error: "ai-search-bot-blocked", warning: "ai-user-fetch-blocked", info: "ai-training-blocked" },
};

const contract = Object.entries(published).flatMap(([category, bySeverity]) =>
  Object.entries(bySeverity).flatMap(([severity, ids]) => ids.split(" ").flatMap((id) => (id === "" ? [] : [`${category} ${severity} ${id}`]))),
);
const placeholders = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe("the catalogue", () => {
  it("holds the published rules with their category and severity", () => {
    expect(rules.map(({ category, severity, id }) => `${category} ${severity} ${id}`).toSorted()).toEqual(contract.toSorted());
  });

  it("is ordered by category", () => {
    const order = rules.map(({ category }) => categories.indexOf(category));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it("finds a rule by its id, and nothing by an id it does not know", () => {
    for (const rule of rules) expect(ruleById(rule.id)).toBe(rule);
    expect(ruleById("no-such-rule")).toBeUndefined();
    expect(ruleById("constructor")).toBeUndefined();
  });
});

describe.each(rules)("$id", ({ text, sources, version }) => {
  it.each(languages)("explains itself in %s: problem, numbers, reason and remedy", (language) => {
    const { title, message, why, fix } = text[language];
    expect(title).toMatch(/^.{5,80}$/);
    expect(placeholders(`${title}${why}${fix}`)).toEqual([]);
    for (const sentence of [message, why, fix]) expect(sentence).toMatch(/^.{10,600}[.?]$/s);
  });

  it("says the same numbers in both languages", () => {
    expect(placeholders(text.es.message)).toEqual(placeholders(text.en.message));
  });

  it("names where its judgement comes from, and when that was looked up", () => {
    expect(version).toBeGreaterThanOrEqual(1);
    expect(sources.length).toBeGreaterThan(0);
    for (const { url, checked } of sources) {
      expect(new URL(url).protocol).toBe("https:");
      expect(checked).toMatch(/^20\d\d-(0[1-9]|1[0-2])$/);
    }
  });
});
