import type { RobotsFacts, SiteFacts, SitemapFacts } from "../facts/site-facts.ts";
import type { Severity } from "../rules/rule.ts";
import type { JudgedFinding, Judgement, PageRow } from "./task-report.ts";

/** A page as the frontier knows it. */
interface StoredPage {
  readonly id: number;
  readonly seq: number;
  readonly url: string;
  readonly depth: number;
  readonly isStart: boolean;
  /** Ids of the pages it links to. */
  readonly links: readonly number[];
}

export interface JudgedPage {
  readonly id: number;
  readonly judgement: Judgement;
}

/** What the crawl has learnt so far, in the object's tables. */
export interface FactsStore {
  addPage(page: StoredPage, row: PageRow): void;
  /** What the page rules said of several pages: written together, since the tallies of most rules move with every page. */
  addJudgements(judged: readonly JudgedPage[]): void;
  addRobots(origin: string, facts: RobotsFacts): void;
  addSitemap(urlId: number, facts: SitemapFacts): void;
  addFinding(finding: JudgedFinding, pageId: number | null): void;
  tally(ruleId: string, checked: number, failing: number): void;
  robotsOf(origin: string): RobotsFacts | null;
  /** What the site rules judge: nothing that our own processes failed to read. */
  site(startUrl: string): SiteFacts;
  tallies(): Record<string, { checked: number; failing: number }>;
  findingCounts(): Record<Severity, number>;
}

export function createFactsStore(sql: SqlStorage): FactsStore {
  const tally = (ruleId: string, checked: number, failing: number): void => {
    sql.exec(
      "INSERT INTO tally (rule_id, checked, failing) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET checked = checked + ?2, failing = failing + ?3",
      ruleId,
      checked,
      failing,
    );
  };

  const addFinding = ({ ruleId, severity, values, evidence, evidenceTotal }: JudgedFinding, pageId: number | null): void => {
    sql.exec(
      "INSERT OR IGNORE INTO finding (rule_id, page_id, severity, message_values, evidence, evidence_total) VALUES (?, ?, ?, ?, ?, ?)",
      ruleId,
      pageId,
      severity,
      JSON.stringify(values),
      JSON.stringify(evidence),
      evidenceTotal,
    );
  };

  return {
    addPage({ id, seq, url, depth, isStart, links }, row) {
      sql.exec(
        `INSERT OR IGNORE INTO page (id, seq, url, depth, outcome, status, final_status, redirect_to, is_start, noindex, canonical, indexable,
           lang, title, description, fingerprint, links, facts)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ? OR EXISTS (SELECT 1 FROM page WHERE is_start = 1 AND redirect_to = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        seq,
        url,
        depth,
        row.outcome,
        row.status,
        row.finalStatus,
        row.redirectTo,
        isStart ? 1 : 0,
        url,
        row.noindex ? 1 : 0,
        row.canonical,
        row.indexable ? 1 : 0,
        row.lang,
        row.title,
        row.description,
        row.fingerprint,
        JSON.stringify(links),
        row.facts,
      );
      // The sitemap may have brought the target here first.
      if (isStart && row.redirectTo !== null) sql.exec("UPDATE page SET is_start = 1 WHERE id = (SELECT id FROM url WHERE url = ?)", row.redirectTo);
    },

    addJudgements(judged) {
      const tallies: Record<string, { checked: number; failing: number }> = {};
      const tallyOf = (ruleId: string) => (tallies[ruleId] ??= { checked: 0, failing: 0 });
      for (const { id, judgement } of judged) {
        for (const ruleId of judgement.checked) tallyOf(ruleId).checked += 1;
        for (const finding of judgement.findings) {
          tallyOf(finding.ruleId).failing += 1;
          addFinding(finding, id);
        }
      }
      sql.exec(
        `INSERT INTO tally (rule_id, checked, failing) SELECT key, value ->> 'checked', value ->> 'failing' FROM json_each(?) WHERE true
         ON CONFLICT DO UPDATE SET checked = checked + excluded.checked, failing = failing + excluded.failing`,
        JSON.stringify(tallies),
      );
    },

    addRobots(origin, facts) {
      sql.exec("UPDATE origin SET outcome = ?, facts = ? WHERE origin = ?", facts.outcome, JSON.stringify(facts), origin);
    },

    addSitemap(urlId, facts) {
      sql.exec("INSERT OR REPLACE INTO sitemap (url_id, facts) VALUES (?, ?)", urlId, JSON.stringify(facts));
    },

    addFinding,
    tally,

    robotsOf(origin) {
      const [row] = sql.exec<{ facts: string | null }>("SELECT facts FROM origin WHERE origin = ?", origin).toArray();
      return row?.facts == null ? null : stored<RobotsFacts>(row.facts);
    },

    site(startUrl) {
      const robots = sql.exec<{ facts: string }>("SELECT facts FROM origin WHERE facts ->> '$.outcome' <> 'not-analysed' ORDER BY rowid").toArray();
      const sitemaps = sql.exec<{ facts: string }>("SELECT facts FROM sitemap WHERE facts ->> '$.outcome' <> 'not-analysed' ORDER BY url_id").toArray();
      return { startUrl, robots: robots.map(({ facts }) => stored<RobotsFacts>(facts)), sitemaps: sitemaps.map(({ facts }) => stored<SitemapFacts>(facts)) };
    },

    tallies() {
      const rows = sql.exec<{ rule_id: string; checked: number; failing: number }>("SELECT rule_id, checked, failing FROM tally ORDER BY rule_id").toArray();
      return Object.fromEntries(rows.map(({ rule_id, checked, failing }) => [rule_id, { checked, failing }]));
    },

    findingCounts() {
      const counts = { error: 0, warning: 0, info: 0 };
      for (const { severity, count } of sql
        .exec<{ severity: Severity; count: number }>("SELECT severity, COUNT(*) AS count FROM finding GROUP BY severity")
        .toArray()) {
        counts[severity] = count;
      }
      return counts;
    },
  };
}

/** What this very object wrote as JSON: the type was checked on its way in. */
function stored<T>(json: string): T {
  const value: T = JSON.parse(json);
  return value;
}
