import { limits } from "../facts/page-facts.ts";
import { isAssetPath, pathPrefix, type Scope } from "../urls/index.ts";
import type { CrawlOptions } from "./crawl-options.ts";
import { createKnownPages } from "./known-pages.ts";
import { createLeaser, prefixQuota } from "./lease-pages.ts";
import type { CrawlTask } from "./messages.ts";
import { maxLeases } from "./retry-policy.ts";
import type { Admission } from "./robots-gate.ts";

/** Depth of a page that no page links to (yet): a sitemap names it. Larger than any `maxDepth`. */
export const unlinkedDepth = 1_000_000;
/** Sitemaps fetched at most: an index that names more is cut. */
export const maxSitemaps = 200;
/** Of these, how many may lie on other hosts: robots.txt may name such, but a site must not aim us at others. */
const maxForeignSitemaps = 5;
/** Redirects and files do not count against the page budget, but a site of nothing else must end too. */
const fetchesPerPage = 3;
/** Addresses remembered at most, so that an endless calendar cannot fill the object. */
const rememberedPerPage = 20;
const rememberedAtLeast = 20_000;
/** Sitemaps may fill this share of what is remembered: the pages that links lead to must find room. */
const sitemapShare = 0.5;
/** Addresses handed to one statement: SQLite in a Durable Object takes 2 MB a parameter. */
const maxListed = 400;

/** What a crawl has used of its budget. */
export interface Spending {
  /** Fetches that count against `maxPages`. */
  readonly spent: number;
  readonly fetched: number;
}

/** An address that is out with a consumer, or was and still waits for its result. */
export interface Leased {
  readonly url: string;
  readonly origin: string;
  readonly depth: number;
  readonly failures: number;
  /** Whether it belongs to the audited site. */
  readonly isOwn: boolean;
  /** Whether the lease asked about is the one in force. */
  readonly isNewest: boolean;
}

/** What a crawl may fetch next is asked here; nothing is fetched that was not leased here first. */
export interface Frontier {
  seed(startUrl: string): void;
  /**
   * Remembers addresses of pages; those outside the options are remembered as skipped, while foreign hosts and addresses longer than
   * `limits.urlCharacters` are ignored.
   */
  admit(urls: readonly string[], found: { depth: number } | "sitemap"): void;
  /** Ids of those addresses that are remembered as pages. */
  idsOf(urls: readonly string[]): number[];
  admitSitemaps(urls: readonly string[], source: "robots" | "well-known" | "index"): void;
  lease(count: number, budget: Spending, now: number): CrawlTask[];
  /** The address that a report speaks of; null when it was settled before. */
  find(id: number, attempt: number): Leased | null;
  settle(id: number): void;
  postpone(id: number, dueAt: number): void;
  /** Gives up what waits for an origin. Its robots.txt stays: pages that wait for it would wait for ever. */
  abandon(origin: string): void;
  /** Takes back leases that ran out. Returns the addresses whose consumers vanished too often. */
  expire(now: number): LostTask[];
  outstanding(): number;
  /** Whether something could be leased now, if the rate allowed it. */
  hasDue(budget: Spending, now: number): boolean;
  /** When something changes without a report: a lease ends or a postponed address becomes due. Null when neither waits. */
  nextDueAt(now: number): number | null;
  isEmpty(budget: Spending): boolean;
  discovered(): number;
  left(budget: Spending): number;
}

// A type, not an interface: SqlStorage asks for an index signature.
export type LostTask = { id: number; kind: CrawlTask["kind"]; url: string; attempt: number; source: NonNullable<CrawlTask["source"]> | null };

interface FrontierDeps {
  readonly sql: SqlStorage;
  readonly options: CrawlOptions;
  readonly scope: Scope;
  /** Asked of a page when its turn has come. */
  readonly admission: (url: string) => Admission;
}

export function createFrontier({ sql, options, scope, admission }: FrontierDeps): Frontier {
  const quota = prefixQuota(options.maxPages);
  const maxRemembered = Math.max(rememberedAtLeast, options.maxPages * rememberedPerPage);
  const leaser = createLeaser({ sql, maxPages: options.maxPages, admission });
  // Counted once after an eviction, then kept: counting the whole table at each report would grow with the site.
  let remembered: number | null = null;
  const known = createKnownPages();
  const one = (query: string, ...bindings: SqlStorageValue[]): number => Number(Object.values(sql.exec(query, ...bindings).one())[0] ?? 0);

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
  const makeFetchable = (url: string): void => {
    const { origin } = new URL(url);
    if (sql.exec("INSERT OR IGNORE INTO origin (origin) VALUES (?)", origin).rowsWritten > 0) insertSeed(`${origin}/robots.txt`, "robots", null);
    sql.exec("INSERT OR IGNORE INTO prefix (prefix) VALUES (?)", pathPrefix(url));
  };

  const insert = (url: string, depth: number, state: "waiting" | "skipped", inSitemap: 0 | 1 = 0): void => {
    if (state === "waiting") makeFetchable(url);
    const prefix = pathPrefix(url);
    sql.exec(
      `INSERT OR IGNORE INTO url (url, kind, origin, prefix, depth, state, in_sitemap, linked, crowded)
       VALUES (?, 'page', ?, ?, ?, ?, ?, ?, coalesce((SELECT CAST(taken / ? AS INTEGER) FROM prefix WHERE prefix = ?), 0))`,
      ...[url, new URL(url).origin, prefix, depth, state, inSitemap, 1 - inSitemap, quota, prefix],
    );
  };

  const admissible = (url: string, depth: number): boolean =>
    scope.admits(url) && !isAssetPath(url) && (options.maxDepth === null || depth <= options.maxDepth);

  /** Pages that hold a place in the budget without a result: they are out, or were and will be again. */
  const begun = (): number =>
    one(`SELECT (SELECT COUNT(*) FROM url WHERE state = 'leased' AND kind = 'page')
         + (SELECT COUNT(*) FROM url INDEXED BY url_again WHERE state = 'waiting' AND attempt > 0 AND kind = 'page')`);

  const budgetLeft = ({ spent, fetched }: Spending): number => Math.min(options.maxPages - spent, options.maxPages * fetchesPerPage + 50 - fetched) - begun();

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
      makeFetchable(url);
      sql.exec("UPDATE url SET state = 'waiting', crowded = (SELECT CAST(taken / ? AS INTEGER) FROM prefix WHERE prefix = url.prefix) WHERE id = ?", quota, id);
    }
  };

  const remember = (list: string, depth: number, inSitemap: 0 | 1): void => {
    remembered ??= one("SELECT COUNT(*) FROM url");
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
    seed(startUrl) {
      insert(startUrl, 0, "waiting");
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
      const unknown = urls.filter((url) => known.idOf(url) === undefined);
      for (const list of listsOf(unknown)) {
        const rows = sql.exec<{ id: number; url: string }>("SELECT id, url FROM url WHERE kind = 'page' AND url IN (SELECT value FROM json_each(?))", list);
        for (const { id, url } of rows.toArray()) known.setId(url, id);
      }
      return urls.flatMap((url) => known.idOf(url) ?? []);
    },

    admitSitemaps(urls, source) {
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

    lease(count, budget, now) {
      // Seeds never count against the page budget, and what was leased before was counted then.
      const wanted = Math.max(0, count);
      const tasks = leaser.leaseSeeds(wanted, now);
      tasks.push(...leaser.leaseAgain(wanted - tasks.length, now));
      return [...tasks, ...leaser.leaseFresh(Math.max(0, Math.min(wanted - tasks.length, budgetLeft(budget))), now)];
    },

    find(id, attempt) {
      const [row] = sql
        .exec<Omit<Leased, "isNewest" | "isOwn"> & { attempt: number; state: string }>(
          "SELECT url, origin, depth, failures, attempt, state FROM url WHERE id = ? AND (state = 'leased' OR (state = 'waiting' AND attempt > 0))",
          id,
        )
        .toArray();
      if (row === undefined) return null;
      const { attempt: newest, state, ...leased } = row;
      return { ...leased, isOwn: scope.contains(leased.url), isNewest: state === "leased" && newest === attempt };
    },

    settle(id) {
      sql.exec("UPDATE url SET state = 'done', lease_until = NULL WHERE id = ?", id);
    },

    postpone(id, dueAt) {
      sql.exec("UPDATE url SET state = 'waiting', lease_until = NULL, failures = failures + 1, due_at = ? WHERE id = ?", dueAt, id);
    },

    abandon(origin) {
      sql.exec("UPDATE url SET state = 'unasked' WHERE state = 'waiting' AND kind IN ('page', 'sitemap') AND origin = ?", origin);
    },

    expire(now) {
      const lost = sql
        .exec<LostTask>("SELECT id, kind, url, attempt, source FROM url WHERE state = 'leased' AND lease_until <= ? AND attempt >= ?", now, maxLeases)
        .toArray();
      sql.exec("UPDATE url SET state = 'waiting', lease_until = NULL WHERE state = 'leased' AND lease_until <= ? AND attempt < ?", now, maxLeases);
      return lost;
    },

    outstanding: () => one("SELECT COUNT(*) FROM url WHERE state = 'leased'"),

    hasDue(budget, now) {
      const isDue = one(
        `SELECT EXISTS (SELECT 1 FROM url WHERE state = 'waiting' AND kind IN ('robots', 'sitemap') AND due_at <= ?1)
           OR EXISTS (SELECT 1 FROM url INDEXED BY url_again WHERE state = 'waiting' AND attempt > 0 AND due_at <= ?1)`,
        now,
      );
      return isDue === 1 || (budgetLeft(budget) > 0 && leaser.hasFresh(now));
    },

    nextDueAt(now) {
      const times = sql
        .exec<{ at: number | null }>(
          `SELECT MIN(lease_until) AS at FROM url INDEXED BY url_lease WHERE state = 'leased'
           UNION ALL SELECT MIN(due_at) FROM url INDEXED BY url_again WHERE state = 'waiting' AND attempt > 0 AND due_at > ?`,
          now,
        )
        .toArray()
        .flatMap(({ at }) => (at === null ? [] : [at]));
      return times.length === 0 ? null : Math.min(...times);
    },

    isEmpty(budget) {
      const isBusy = one(
        `SELECT EXISTS (SELECT 1 FROM url WHERE state = 'leased') OR EXISTS (SELECT 1 FROM url WHERE state = 'waiting' AND kind IN ('robots', 'sitemap'))
           OR EXISTS (SELECT 1 FROM url INDEXED BY url_again WHERE state = 'waiting' AND attempt > 0)`,
      );
      if (isBusy === 1) return false;
      return budgetLeft(budget) <= 0 || one("SELECT EXISTS (SELECT 1 FROM url WHERE state = 'waiting')") === 0;
    },

    discovered: () => one("SELECT COUNT(*) FROM url WHERE kind = 'page' AND state <> 'skipped'"),

    left(budget) {
      const started = begun();
      const fresh = one("SELECT COUNT(*) FROM url WHERE state = 'waiting' AND kind = 'page' AND attempt = 0");
      return started + Math.max(0, Math.min(budgetLeft(budget), fresh));
    },
  };
}

function* listsOf(urls: readonly string[]): Generator<string> {
  for (let i = 0; i < urls.length; i += maxListed) yield JSON.stringify(urls.slice(i, i + maxListed));
}
