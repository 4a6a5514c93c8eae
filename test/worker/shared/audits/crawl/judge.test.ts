import { describe, expect, it } from "vitest";
import { createFactsStore } from "../../../../../shared/audits/crawl/facts-store.ts";
import { judgePage } from "../../../../../shared/audits/crawl/judge-page.ts";
import { type JudgeCursor, judgeSlice } from "../../../../../shared/audits/crawl/judge-site.ts";
import { pageReport } from "../../../../../shared/audits/crawl/page-report.ts";
import { unprojectedFindings, unprojectedPages } from "../../../../../shared/audits/crawl/unprojected.ts";
import { limits } from "../../../../../shared/audits/facts/page-facts.ts";
import { ruleById } from "../../../../../shared/audits/rules/catalogue.ts";
import { categories, renderMessage } from "../../../../../shared/audits/rules/rule.ts";
import { Page } from "../../../../../shared/audits/schemas.ts";
import { link, pageFacts } from "../../../../helpers/unit/page-facts.ts";
import { withCrawlTables } from "../../../../helpers/worker/crawl-tables.ts";
import { robotsFile } from "../../../../helpers/worker/site-facts.ts";

const startUrl = "https://example.com/";
const at = (n: number) => `https://example.com/${n}`;

/** A site of so many pages that share one title, each with a link to a page that is not there. */
function fill(sql: SqlStorage, count: number): void {
  const store = createFactsStore(sql);
  sql.exec("INSERT INTO origin (origin) VALUES ('https://example.com')");
  store.addRobots("https://example.com", robotsFile("Disallow: /nobody"));
  const addUrl = (n: number) =>
    sql.exec("INSERT INTO url (id, url, kind, origin, prefix, depth, state) VALUES (?, ?, 'page', 'https://example.com', '/', 1, 'done')", n, at(n));
  for (let n = 1; n <= count + 1; n++) addUrl(n);
  const add = (n: number, { row, judgement }: ReturnType<typeof pageReport>, links: readonly number[] = []) => {
    store.addPage({ id: n, seq: n, url: at(n), depth: 1, isStart: n === 1, links }, row);
    store.addJudgements([{ id: n, judgement }]);
  };
  for (let n = 1; n <= count; n++) {
    const facts = pageFacts({ url: at(n), html: { titles: ["The same title on every page of it"], canonicals: [] } });
    add(n, pageReport({ id: n, attempt: 1 }, facts), [count + 1]);
  }
  const gone = pageFacts({ url: at(count + 1), fetch: { outcome: "other", status: 404, finalStatus: 404 }, html: null });
  add(count + 1, pageReport({ id: count + 1, attempt: 1 }, gone));
}

/** Judges to the end; the object may be evicted between any two slices, so each gets a store of its own and the cursor as it was stored. */
function judgeAll(sql: SqlStorage, cut: (slice: number) => void = () => {}): number {
  let cursor: JudgeCursor | null = { judgedRules: [], judgingRule: null, judgedPage: 0 };
  let slices = 0;
  for (; cursor !== null; slices++) {
    cut(slices);
    const stored: JudgeCursor = JSON.parse(JSON.stringify(cursor));
    cursor = judgeSlice(sql, createFactsStore(sql), startUrl, stored);
  }
  return slices;
}

const verdict = (sql: SqlStorage) => ({
  findings: sql.exec("SELECT rule_id, page_id, severity, message_values, evidence, evidence_total FROM finding ORDER BY rule_id, page_id").toArray(),
  tallies: createFactsStore(sql).tallies(),
});

describe("judging a site", () => {
  it("in slices finds each thing once and counts it once, however many pages there are", () =>
    withCrawlTables((sql) => {
      fill(sql, 1_000);
      expect(judgeAll(sql)).toBeGreaterThan(10);
      const { findings, tallies } = verdict(sql);
      const count = (rule: string) => findings.filter(({ rule_id }) => rule_id === rule).length;
      expect(count("title-duplicate")).toBe(1_000);
      expect(tallies["title-duplicate"]).toEqual({ checked: 1_000, failing: 1_000 });
      expect(count("broken-internal-link")).toBe(1_000);
      expect(tallies["broken-internal-link"]).toEqual({ checked: 1_000, failing: 1_000 });
      const seen = findings.map(({ rule_id, page_id }) => JSON.stringify([rule_id, page_id]));
      expect(new Set(seen).size).toBe(seen.length);
      expect(findings.filter(({ page_id }) => page_id === null).length).toBeGreaterThan(0);
      expect(createFactsStore(sql).findingCounts()).toEqual(
        Object.fromEntries(["error", "warning", "info"].map((name) => [name, findings.filter(({ severity }) => severity === name).length])),
      );
    }));

  it("finds the same when each slice is rolled back once and done again", async () => {
    const whole = await withCrawlTables((sql) => {
      fill(sql, 501);
      judgeAll(sql);
      return verdict(sql);
    });
    const cut = await withCrawlTables((sql, storage) => {
      fill(sql, 501);
      let cursor: JudgeCursor | null = { judgedRules: [], judgingRule: null, judgedPage: 0 };
      while (cursor !== null) {
        const from: JudgeCursor = cursor;
        expect(() =>
          storage.transactionSync(() => {
            judgeSlice(sql, createFactsStore(sql), startUrl, from);
            throw new Error("cut");
          }),
        ).toThrow("cut");
        cursor = storage.transactionSync(() => judgeSlice(sql, createFactsStore(sql), startUrl, from));
      }
      return verdict(sql);
    });
    expect(cut).toEqual(whole);
  });
});

describe("a deploy in the middle of judging", () => {
  it("that adds a rule before the one under way neither skips nor doubles any", async () => {
    const whole = await withCrawlTables((sql) => {
      fill(sql, 501);
      judgeAll(sql);
      return verdict(sql);
    });
    const added = await withCrawlTables((sql) => {
      fill(sql, 501);
      let cursor: JudgeCursor | null = { judgedRules: [], judgingRule: null, judgedPage: 0 };
      // Up to the middle of a rule that takes several slices, as a version without the first rule would have come.
      while (cursor !== null && cursor.judgingRule === null) cursor = judgeSlice(sql, createFactsStore(sql), startUrl, cursor);
      const [first, ...others] = cursor?.judgedRules ?? [];
      expect(first).toBeDefined();
      sql.exec("DELETE FROM finding WHERE rule_id = ?", first ?? "");
      sql.exec("DELETE FROM tally WHERE rule_id = ?", first ?? "");
      for (cursor = cursor === null ? null : { ...cursor, judgedRules: others }; cursor !== null; ) {
        cursor = judgeSlice(sql, createFactsStore(sql), startUrl, cursor);
      }
      return verdict(sql);
    });
    expect(added).toEqual(whole);
  });

  it("cannot make the site have one finding twice", () =>
    withCrawlTables((sql) => {
      const finding = { ruleId: "sitemap-missing", severity: "info", values: {}, evidence: [], evidenceTotal: 0 } as const;
      for (let i = 0; i < 2; i++) createFactsStore(sql).addFinding(finding, null);
      expect(verdict(sql).findings).toHaveLength(1);
    }));
});

describe("what a site writes", () => {
  const wild = '\u0001"漢😀'.repeat(20_000);

  it("never makes a finding longer than the API may show", () => {
    const facts = pageFacts({
      fetch: { headers: { "x-robots-tag": `noindex, ${wild}`, "strict-transport-security": wild } },
      html: {
        titles: [wild, wild],
        descriptions: [wild, wild],
        canonicals: [
          { href: wild, url: null, source: "html", isRelative: true },
          { href: wild, url: at(1), source: "header", isRelative: false },
        ],
        robots: [{ source: "meta", agent: wild, directives: ["noindex", wild] }],
        hreflangs: Array.from({ length: 50 }, (_, n) => ({ code: `${wild}${n}`, href: wild, url: null, source: "html", isRelative: true })),
        links: [link(`javascript:${wild}`, wild), link(wild, "click here"), link(null, wild)],
        images: [{ src: wild, hasDimensions: false, isHidden: false }],
        mixedContent: Array.from({ length: 40 }, (_, n) => `http://example.com/${n}${wild}`),
        headings: [{ level: 4, text: wild }],
        metaRefresh: { seconds: 0, url: wild },
        viewport: wild,
        lang: wild,
        jsonLd: [wild],
      },
    });
    const address = (n: number) => `${at(n)}${"x".repeat(30_000)}`;
    const hops = Array.from({ length: 6 }, (_, n) => ({ url: address(n), status: 302, location: address(n + 1) }));
    const redirect = { outcome: "redirect", status: 302, hops, finalUrl: address(6) } as const;
    const error = { code: "too-many-redirects", message: wild } as const;
    const findings = [
      facts,
      pageFacts({ fetch: redirect, html: null }),
      pageFacts({ fetch: { ...redirect, finalStatus: null, error }, html: null }),
      pageFacts({ fetch: { ...redirect, finalStatus: null, error: { ...error, code: "redirect-loop" } }, html: null }),
      pageFacts({ fetch: { outcome: "failed", status: null, finalStatus: null, error: { ...error, code: "unreachable" } }, html: null }),
    ].flatMap((each) => judgePage(each).findings);
    expect(findings.length).toBeGreaterThan(8);
    for (const { ruleId, values, evidence, evidenceTotal } of findings) {
      expect(evidence.length).toBeLessThanOrEqual(20);
      for (const text of evidence) expect(text.length).toBeLessThanOrEqual(2_100);
      const rule = ruleById(ruleId);
      expect(categories).toContain(rule?.category);
      for (const text of Object.values(rule?.text ?? {})) expect(renderMessage(text, values, evidenceTotal).length).toBeLessThanOrEqual(2_000);
    }
  });

  it.each([
    {
      what: "redirects with long addresses that end in an error",
      facts: pageFacts({
        url: at(1),
        fetch: {
          outcome: "redirect",
          status: 302,
          finalStatus: null,
          finalUrl: at(2) + "x".repeat(60_000),
          hops: Array.from({ length: 6 }, () => ({ url: at(2) + "x".repeat(60_000), status: 302, location: at(2) + "x".repeat(60_000) })),
          error: { code: "too-many-redirects", message: `The redirects lead back to ${"x".repeat(60_000)}.` },
        },
        html: null,
      }),
    },
    { what: "a long media type", facts: pageFacts({ url: at(1), fetch: { outcome: "other", contentType: `text/${"x".repeat(495)}` }, html: null }) },
    { what: "a long title", facts: pageFacts({ url: at(1), html: { titles: ["漢".repeat(limits.textCharacters)] } }) },
  ])("fits the wire schema and a row: $what", ({ facts }) =>
    withCrawlTables((sql) => {
      const report = pageReport({ id: 1, attempt: 1 }, facts);
      createFactsStore(sql).addPage({ id: 1, seq: 1, url: facts.url, depth: 0, isStart: true, links: [] }, report.row);
      expect(report.row.facts.length).toBeLessThan(50_000);
      const [page] = unprojectedPages(sql, 0);
      expect(Page.parse({ ...page, indexable: page?.indexable === 1 })).toMatchObject({ url: at(1) });
    }),
  );

  it("goes to the database in pieces of less than 2 MB", () =>
    withCrawlTables((sql) => {
      const store = createFactsStore(sql);
      const error = { code: "unreachable", message: "漢".repeat(2_000) } as const;
      const to = `https://example.org/${"x".repeat(4_000)}`;
      for (let n = 1; n <= 500; n++) {
        sql.exec("INSERT INTO url (id, url, kind, origin, prefix, depth, state) VALUES (?, ?, 'page', '', '', 0, 'done')", n, at(n));
        const fetch = { outcome: "redirect", status: 301, finalStatus: null, finalUrl: to, hops: [{ url: at(n), status: 301, location: to }], error } as const;
        const { row } = pageReport({ id: n, attempt: 1 }, pageFacts({ url: at(n), fetch, html: null }));
        store.addPage({ id: n, seq: n, url: at(n), depth: 0, isStart: false, links: [] }, row);
        const evidence = Array.from({ length: 20 }, () => '漢"'.repeat(1_000));
        store.addFinding({ ruleId: "x", severity: "info", values: {}, evidence, evidenceTotal: 20 }, n);
      }
      const bytes = (rows: unknown) => new TextEncoder().encode(JSON.stringify(rows)).length;
      for (const [table, next] of [
        ["page", unprojectedPages],
        ["finding", unprojectedFindings],
      ] as const) {
        let sent = 0;
        for (let rows = next(sql, 0); rows.length > 0; rows = next(sql, rows.at(-1)?.ordinal ?? 0)) {
          expect(bytes(rows)).toBeLessThan(2_000_000);
          sent += rows.length;
        }
        expect(sent).toBe(sql.exec(`SELECT COUNT(*) AS n FROM ${table}`).one().n);
      }
    }));
});
