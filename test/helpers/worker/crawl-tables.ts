import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { tables } from "../../../shared/audits/crawl/tables.ts";
import type { RobotsDirectives } from "../../../shared/audits/facts/page-facts.ts";
import type { SqlRule } from "../../../shared/audits/rules/rule.ts";

/** One address of a made-up site: an indexable page that answers 200, unless it says otherwise. */
export interface SiteRow {
  /** Path on https://example.com. */
  readonly path: string;
  readonly outcome?: "html" | "redirect" | "other" | "failed";
  readonly status?: number | null;
  readonly finalStatus?: number;
  /** Paths, like the next ones. */
  readonly redirectTo?: string;
  readonly canonical?: string;
  readonly links?: readonly string[];
  readonly isStart?: boolean;
  readonly isInSitemap?: boolean;
  readonly isLinked?: boolean;
  /** Closed by robots.txt, or left out by the options: discovered, and without a page row. */
  readonly unfetched?: "blocked" | "skipped";
  readonly robots?: readonly RobotsDirectives[];
  readonly errorCode?: string;
  readonly lang?: string;
  readonly title?: string;
  readonly description?: string;
}

export interface SqlFinding {
  readonly url: string;
  readonly evidence: readonly string[];
  readonly [column: string]: unknown;
}

/** What a rule's statement answers, see SqlRule. */
interface SqlRow extends Record<string, SqlStorageValue> {
  page_id: number;
  evidence: string;
}

const origin = "https://example.com";
const address = (path: string | undefined): string | null => (path === undefined ? null : `${origin}${path}`);

/** Fills a fresh audit object with these rows and runs one rule as the crawl does, in slices so small that every site needs several. */
export function judge(rule: SqlRule, site: readonly SiteRow[]): Promise<{ findings: SqlFinding[]; checked: number }> {
  return withCrawlTables((sql) => {
    const ids = new Map(site.map(({ path }, index) => [path, index + 1]));
    for (const row of site) insert(sql, row, ids);
    return { findings: findingsOf(sql, rule, 2).findings, checked: checkedBy(sql, rule) };
  });
}

/** Runs `use` on the tables of a fresh audit object. */
export function withCrawlTables<T>(use: (sql: SqlStorage, storage: DurableObjectStorage) => T): Promise<T> {
  return runInDurableObject(env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.newUniqueId()), (_, state) => {
    state.storage.sql.exec(tables);
    return use(state.storage.sql, state.storage);
  });
}

export function findingsOf(sql: SqlStorage, rule: SqlRule, slice: number): { findings: SqlFinding[]; rowsRead: number } {
  const findings: SqlFinding[] = [];
  let rowsRead = 0;
  for (let after = 0; ; ) {
    const cursor = sql.exec<SqlRow>(`SELECT * FROM (${rule.sql}) WHERE page_id > ? ORDER BY page_id LIMIT ?`, after, slice);
    const rows = cursor.toArray();
    rowsRead += cursor.rowsRead;
    for (const { page_id: pageId, evidence, ...columns } of rows) {
      after = pageId;
      const { url } = sql.exec<{ url: string }>("SELECT url FROM url WHERE id = ?", after).one();
      findings.push({ url, evidence: JSON.parse(evidence), ...columns });
    }
    if (rows.length < slice) return { findings, rowsRead };
  }
}

export const checkedBy = (sql: SqlStorage, rule: SqlRule): number => Number(Object.values(sql.exec(rule.checkedSql).one())[0]);

function insert(sql: SqlStorage, row: SiteRow, ids: ReadonlyMap<string, number>): void {
  const { path, outcome = "html", status = 200, robots = [], errorCode, lang = "en", unfetched, isInSitemap = false, isLinked = true } = row;
  const id = ids.get(path) ?? 0;
  sql.exec(
    "INSERT INTO url (id, url, kind, origin, prefix, depth, state, in_sitemap, linked) VALUES (?, ?, 'page', ?, '/', 1, ?, ?, ?)",
    ...[id, address(path), origin, unfetched ?? "done", Number(isInSitemap), Number(isLinked)],
  );
  if (unfetched !== undefined) return;
  const isNoindex = robots.some(({ directives }) => directives.includes("noindex") || directives.includes("none"));
  const isIndexable = outcome === "html" && status === 200 && !isNoindex && (row.canonical ?? path) === path;
  const facts = { fetch: { error: errorCode === undefined ? null : { code: errorCode, message: "" } }, html: outcome === "html" ? { robots } : null };
  const links = (row.links ?? []).map((link) => ids.get(link));
  sql.exec(
    `INSERT INTO page (id, url, depth, outcome, status, final_status, redirect_to, is_start, noindex, canonical, indexable, lang, title, description, links, facts)
     VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[id, address(path), outcome, status, row.finalStatus ?? status, address(row.redirectTo), Number(row.isStart ?? false), Number(isNoindex)],
    ...[address(row.canonical), Number(isIndexable), lang, row.title ?? null, row.description ?? null, JSON.stringify(links), JSON.stringify(facts)],
  );
}
