import { describe, expect, it } from "vitest";
import { z } from "zod";
import { descriptionDuplicate } from "../../../../../shared/audits/rules/content/description-duplicate.ts";
import { titleDuplicate } from "../../../../../shared/audits/rules/content/title-duplicate.ts";
import { brokenInternalLink } from "../../../../../shared/audits/rules/links/broken-internal-link.ts";
import { renderMessage } from "../../../../../shared/audits/rules/rule.ts";
import { sqlRules } from "../../../../../shared/audits/rules/sql-rules.ts";
import { languages } from "../../../../../shared/platform/index.ts";
import { checkedBy, findingsOf, judge, withCrawlTables } from "../../../../helpers/worker/crawl-tables.ts";
import { sqlRuleCases } from "./sql-rule-cases.ts";

const Values = z.record(z.string(), z.union([z.string(), z.number()]));

describe("a rule over all pages", () => {
  it.each(sqlRuleCases)("$rule.id $outcome", async ({ rule, site, checked, findings }) => {
    expect(await judge(rule, site)).toEqual({ findings, checked });
  });

  it.each(sqlRuleCases.filter(({ findings }) => findings.length > 0))(
    "$rule.id has every value its message needs where it $outcome",
    async ({ rule, site }) => {
      for (const { url: _, evidence, evidence_total: total = evidence.length, severity: __, ...values } of (await judge(rule, site)).findings) {
        for (const language of languages) expect(renderMessage(rule.text[language], Values.parse(values), Number(total))).not.toMatch(/[{}]/);
      }
    },
  );

  it("has a finding, a pass and nothing to check in the cases above", () => {
    for (const rule of sqlRules) {
      const own = sqlRuleCases.filter((one) => one.rule === rule);
      const seen = new Set(own.map(({ checked, findings }) => (checked === 0 ? "nothing" : findings.length > 0 ? "finding" : "pass")));
      expect([rule.id, seen.size]).toEqual([rule.id, 3]);
    }
  });

  it("never finds more pages than it checked, on a site with every problem", async () => {
    const everything = [...new Map(sqlRuleCases.flatMap(({ site }) => site).map((row) => [row.path, row])).values()];
    const results = await Promise.all(sqlRules.map((rule) => judge(rule, everything)));
    for (const { findings, checked } of results) {
      expect(findings.length).toBeLessThanOrEqual(checked);
      expect(new Set(findings.map(({ url }) => url)).size).toBe(findings.length);
    }
  });
});

describe("a site of 10,000 pages", () => {
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";
  const text = "iif(i <= 5000, 'Shop', 'Item ' || (i / 2))";
  const fill = (sql: SqlStorage): void => {
    sql.exec(`${numbers} INSERT INTO url (id, url, kind, origin, prefix, depth, state, linked)
      SELECT i, 'https://example.com/' || i, 'page', 'https://example.com', '/', 1, 'done', 1 FROM n`);
    sql.exec(`${numbers} INSERT INTO page (id, url, depth, outcome, status, is_start, noindex, indexable, lang, title, description, links, facts)
      SELECT i, 'https://example.com/' || i, 1, iif(i % 100 = 0, 'other', 'html'), iif(i % 100 = 0, 404, 200), 0, 0, i % 100 <> 0, 'en', ${text}, ${text},
        (SELECT json_group_array((i * 7 + j.value) % 10000 + 1) FROM json_each('[1,2,3,4,5,6,7,8,9,10]') j), '{}' FROM n`);
  };

  it.each([titleDuplicate, descriptionDuplicate])(
    "where half share one text, and the others in pairs, costs $id no more than a fixed number of reads a page",
    async (rule) => {
      const { findings, rowsRead, checked } = await withCrawlTables((sql) => {
        fill(sql);
        return { ...findingsOf(sql, rule, 1_000), checked: checkedBy(sql, rule) };
      });
      expect(checked).toBe(9_900);
      expect(findings).toHaveLength(4_950 + 4_900); // every hundredth page is an error: its partner is alone
      expect(findings[0]).toMatchObject({ evidence_total: 4_949 });
      expect(findings[0]?.evidence).toHaveLength(20);
      expect(rowsRead / 10_000).toBeLessThan(60); // comparing every page with every other one reads about 10,000 a page
    },
  );

  it("is checked for broken links with a fixed number of reads a page", async () => {
    const { findings, rowsRead, checked } = await withCrawlTables((sql) => {
      fill(sql);
      return { ...findingsOf(sql, brokenInternalLink, 1_000), checked: checkedBy(sql, brokenInternalLink) };
    });
    expect(checked).toBe(10_000);
    expect(findings.length).toBeGreaterThan(900);
    expect(rowsRead / 10_000).toBeLessThan(60);
  });
});
