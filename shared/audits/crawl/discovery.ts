import { limits } from "../facts/page-facts.ts";
import { isAssetPath, pathPrefix, type Scope } from "../urls/index.ts";
import type { CrawlOptions } from "./crawl-options.ts";
import { createKnownPages } from "./known-pages.ts";
import { prefixQuota } from "./lease-pages.ts";
import type { CrawlTask } from "./messages.ts";

/** Depth of a page that no page links to (yet): a sitemap names it. Larger than any `maxDepth`. */
export const unlinkedDepth = 1_000_000;
/** Sitemaps fetched at most: an index that names more is cut. */
export const maxSitemaps = 200;
/** Of these, how many may lie on other hosts: robots.txt may name such, but a site must not aim us at others. */
const maxForeignSitemaps = 5;
/** Addresses remembered at most, so that an endless calendar cannot fill the object. */
const rememberedPerPage = 20;
const rememberedAtLeast = 20_000;
/** Sitemaps may fill this share of what is remembered: the pages that links lead to must find room. */
const sitemapShare = 0.5;
/** Sections remembered at most. */
const maxSections = 1_000;
/** Addresses handed to one statement: SQLite in a Durable Object takes 2 MB a parameter. */
const maxListed = 400;

/** How addresses become known to a crawl: links, sitemaps, and the files that these need first. */
export interface Discovery {
  /** Where the crawl begins, and other pages to fetch, whatever the options say of them. */
  seed(startUrl: string, others?: readonly string[]): void;
  /**
   * Remembers addresses of pages; those outside the options are remembered as skipped, while foreign hosts and addresses longer than
   * `limits.urlCharacters` are ignored, and so is whatever is new to a crawl of some pages only.
   */
  admit(urls: readonly string[], found: { depth: number } | "sitemap"): void;
  /** Ids of those addresses that are remembered as pages. */
  idsOf(urls: readonly string[]): number[];
  admitSitemaps(urls: readonly string[], source: "robots" | "well-known" | "index"): void;
}

interface DiscoveryDeps {
  readonly sql: SqlStorage;
  readonly options: CrawlOptions;
  readonly scope: Scope;
}

export function createDiscovery({ sql, options, scope }: DiscoveryDeps): Discovery {
  const quota = prefixQuota(options.maxPages);
  const maxRemembered = Math.max(rememberedAtLeast, options.maxPages * rememberedPerPage);
  // Counted once after an eviction, then kept: counting the whole table at each report would grow with the site.
  let remembered: number | null = null;
  const known = createKnownPages();
  /** Origin and prefix of pages that were made fetchable: asked of memory first, as most pages share theirs. */
  const sections = new Set<string>();

  /** A page that linked to the file before anybody needed it made it a skipped page: it becomes what it is. False for a file known before. */
  const insertSeed = (url: string, kind: "robots" | "sitemap", source: CrawlTask["source"] | null): boolean => {
    const { rowsWritten } = sql.exec(
      `INSERT INTO url (url, kind, origin, prefix, depth, state, source) VALUES (?, ?, ?, '', 0, 'waiting', ?)
       ON CONFLICT (url) DO UPDATE SET kind = excluded.kind, state = 'waiting', source = excluded.source WHERE kind = 'page' AND state = 'skipped'`,
      url,
      kind,
      new URL(url).origin,
      source,
    );
    return rowsWritten > 0;
  };

  /** What a waiting page needs to be leased one day: a known robots.txt, and a section to count it to. */
  const makeFetchable = (origin: string, prefix: string): void => {
    const section = origin + prefix;
    if (sections.has(section)) return;
    if (sections.size === maxSections) sections.clear();
    sections.add(section);
    if (sql.exec("INSERT OR IGNORE INTO origin (origin) VALUES (?)", origin).rowsWritten > 0) insertSeed(`${origin}/robots.txt`, "robots", null);
    sql.exec("INSERT OR IGNORE INTO prefix (prefix) VALUES (?)", prefix);
  };

  const insert = (url: string, depth: number, state: "waiting" | "skipped", inSitemap: 0 | 1 = 0): void => {
    const { origin } = new URL(url);
    const prefix = pathPrefix(url);
    if (state === "waiting") makeFetchable(origin, prefix);
    sql.exec(
      `INSERT OR IGNORE INTO url (url, kind, origin, prefix, depth, state, in_sitemap, linked, crowded)
       VALUES (?, 'page', ?, ?, ?, ?, ?, ?, coalesce((SELECT CAST(taken / ? AS INTEGER) FROM prefix WHERE prefix = ?), 0))`,
      ...[url, origin, prefix, depth, state, inSitemap, 1 - inSitemap, quota, prefix],
    );
  };

  const admissible = (url: string, depth: number): boolean =>
    scope.admits(url) && !isAssetPath(url) && (options.maxDepth === null || depth <= options.maxDepth);

  /** What is known already may now be fewer clicks away, and be let in when only its depth kept it out. */
  const noteShorterWays = (list: string, depth: number): void => {
    const nearer = sql.exec<{ id: number; url: string; state: string }>(
      `UPDATE url SET linked = 1, depth = min(depth, ?2)
       WHERE (linked = 0 OR depth > ?2) AND kind = 'page' AND url IN (SELECT value FROM json_each(?1)) RETURNING id, url, state`,
      list,
      depth,
    );
    for (const { id, url, state } of nearer.toArray()) {
      if (state !== "skipped" || !admissible(url, depth)) continue;
      makeFetchable(new URL(url).origin, pathPrefix(url));
      sql.exec("UPDATE url SET state = 'waiting', crowded = (SELECT CAST(taken / ? AS INTEGER) FROM prefix WHERE prefix = url.prefix) WHERE id = ?", quota, id);
    }
  };

  const remember = (list: string, depth: number, inSitemap: 0 | 1): void => {
    if (options.only !== undefined) return;
    remembered ??= Number(sql.exec("SELECT COUNT(*) AS n FROM url").one().n);
    const room = inSitemap === 1 ? maxRemembered * sitemapShare : maxRemembered;
    const unknown = "SELECT DISTINCT value AS url FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM url WHERE url.url = value)";
    for (const { url } of sql.exec<{ url: string }>(unknown, list).toArray()) {
      if (remembered >= room) return;
      if (!scope.contains(url)) continue;
      insert(url, depth, admissible(url, depth) ? "waiting" : "skipped", inSitemap);
      remembered += 1;
    }
  };

  return {
    seed(startUrl, others = []) {
      insert(startUrl, 0, "waiting");
      for (const url of others) insert(url, 1, "waiting");
    },

    admit(urls, found) {
      const isNews = (url: string): boolean => found === "sitemap" || !known.isLinkedWithin(url, found.depth);
      const news = urls.filter((url) => url.length <= limits.urlCharacters && isNews(url));
      for (const list of listsOf(news)) {
        if (found === "sitemap") {
          sql.exec("UPDATE url SET in_sitemap = 1 WHERE in_sitemap = 0 AND url IN (SELECT value FROM json_each(?))", list);
          remember(list, unlinkedDepth, 1);
        } else {
          noteShorterWays(list, found.depth);
          remember(list, found.depth, 0);
        }
      }
      if (found !== "sitemap") for (const url of news) known.linked(url, found.depth);
    },

    idsOf(urls) {
      // Gathered here, since what is known may be forgotten while more is learnt.
      const ids = urls.map((url) => known.idOf(url));
      const found = new Map<string, number>();
      for (const list of listsOf(urls.filter((_, i) => ids[i] === undefined))) {
        const rows = sql.exec<{ id: number; url: string }>("SELECT id, url FROM url WHERE kind = 'page' AND url IN (SELECT value FROM json_each(?))", list);
        for (const { id, url } of rows.toArray()) {
          found.set(url, id);
          known.setId(url, id);
        }
      }
      return urls.flatMap((url, i) => ids[i] ?? found.get(url) ?? []);
    },

    admitSitemaps(urls, source) {
      if (options.only !== undefined) return;
      // Counted once, not for each address: a robots.txt can name thousands. Of all states that a sitemap can be in, so that the index answers.
      const known = sql.exec<{ url: string }>("SELECT url FROM url WHERE state IN ('waiting', 'leased', 'done') AND kind = 'sitemap'").toArray();
      let room = maxSitemaps - known.length;
      let foreignRoom = maxForeignSitemaps - known.filter(({ url }) => !scope.contains(url)).length;
      for (const url of urls) {
        if (room <= 0) return;
        const isForeign = !scope.contains(url);
        if (isForeign && foreignRoom <= 0) continue;
        // A robots.txt taken for a sitemap would keep its origin waiting for a robots.txt for ever.
        if (url.length > limits.urlCharacters || new URL(url).pathname === "/robots.txt") continue;
        if (!insertSeed(url, "sitemap", source)) continue;
        room -= 1;
        if (isForeign) foreignRoom -= 1;
      }
    },
  };
}

function* listsOf(urls: readonly string[]): Generator<string> {
  for (let i = 0; i < urls.length; i += maxListed) yield JSON.stringify(urls.slice(i, i + maxListed));
}
