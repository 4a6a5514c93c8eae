import { isAssetPath, pathPrefix, type Scope } from "../urls/index.ts";
import type { CrawlOptions } from "./crawl-state.ts";
import type { CrawlTask } from "./messages.ts";
import { leaseUntil, maxLeases } from "./retry-policy.ts";

/** Depth of a page that no page links to (yet): a sitemap names it. Larger than any `maxDepth`. */
export const unlinkedDepth = 1_000_000;
/** One path prefix gets more than this share of the page budget only while no other prefix waits. */
const prefixShare = 0.25;
/** Sitemaps fetched at most: an index that names more is cut. */
const maxSitemaps = 200;
/** Redirects and files do not count against the page budget, but a site of nothing else must end too. */
const fetchesPerPage = 3;
/** Addresses remembered at most, so that an endless calendar cannot fill the object. */
const rememberedPerPage = 20;
const rememberedAtLeast = 20_000;

/** What a crawl has used of its budget. */
export interface Spending {
  /** Fetches that count against `maxPages`. */
  readonly spent: number;
  readonly fetched: number;
}

/** An address that is out with a consumer. */
export interface Leased {
  readonly url: string;
  readonly origin: string;
  readonly depth: number;
  readonly failures: number;
  /** Whether the lease asked about is the newest one of this address. */
  readonly isNewest: boolean;
}

/** What a crawl may fetch next is asked here; nothing is fetched that was not leased here first. */
export interface Frontier {
  seed(startUrl: string): void;
  /** Remembers addresses of pages; those outside the options are remembered as skipped. Returns nothing for foreign hosts. */
  admit(urls: readonly string[], found: { depth: number } | "sitemap"): void;
  admitSitemaps(urls: readonly string[], source: "robots" | "well-known" | "index"): void;
  lease(count: number, budget: Spending, now: number): CrawlTask[];
  /** The address that a report speaks of, while it is leased; null when it was settled before. */
  find(id: number, attempt: number): Leased | null;
  settle(id: number): void;
  postpone(id: number, dueAt: number): void;
  /** Takes back leases that ran out. Returns the addresses whose consumers vanished too often. */
  expire(now: number): { id: number; kind: CrawlTask["kind"]; url: string; attempt: number }[];
  outstanding(): number;
  /** Whether something could be leased now, if the rate allowed it. */
  hasDue(budget: Spending, now: number): boolean;
  /** When something changes without a report: a lease ends or a postponed address becomes due. Null when neither waits. */
  nextDueAt(now: number): number | null;
  isEmpty(budget: Spending): boolean;
  discovered(): number;
  left(budget: Spending): number;
}

interface FrontierDeps {
  readonly sql: SqlStorage;
  readonly options: CrawlOptions;
  readonly scope: Scope;
  /** Whether robots.txt lets us fetch it. */
  readonly isAllowed: (url: string) => boolean;
}

export function createFrontier({ sql, options, scope, isAllowed }: FrontierDeps): Frontier {
  const quota = Math.max(1, Math.ceil(options.maxPages * prefixShare));
  const maxRemembered = Math.max(rememberedAtLeast, options.maxPages * rememberedPerPage);
  // Counted once after an eviction, then kept: counting the whole table at each report would grow with the site.
  let remembered: number | null = null;
  const one = (query: string, ...bindings: SqlStorageValue[]): number => Number(Object.values(sql.exec(query, ...bindings).one())[0] ?? 0);

  const knowOrigin = (origin: string): void => {
    if (sql.exec("INSERT OR IGNORE INTO origin (origin) VALUES (?)", origin).rowsWritten === 0) return;
    insert(`${origin}/robots.txt`, "robots", 0, "waiting");
  };

  /** What a waiting page needs to be leased one day: a known robots.txt, and a section to count it to. */
  const makeFetchable = (url: string): void => {
    knowOrigin(new URL(url).origin);
    sql.exec("INSERT OR IGNORE INTO prefix (prefix) VALUES (?)", pathPrefix(url));
  };

  const insert = (url: string, kind: CrawlTask["kind"], depth: number, state: "waiting" | "skipped", inSitemap = 0): void => {
    if (kind === "page" && state === "waiting") makeFetchable(url);
    sql.exec(
      "INSERT OR IGNORE INTO url (url, kind, origin, prefix, depth, state, in_sitemap, linked) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      url,
      kind,
      new URL(url).origin,
      pathPrefix(url),
      depth,
      state,
      inSitemap,
      inSitemap === 1 ? 0 : 1,
    );
  };

  const admissible = (url: string, depth: number): boolean =>
    scope.admits(url) && !isAssetPath(url) && (options.maxDepth === null || depth <= options.maxDepth);

  const budgetLeft = ({ spent, fetched }: Spending): number =>
    Math.min(options.maxPages - spent, options.maxPages * fetchesPerPage + 50 - fetched) -
    one("SELECT COUNT(*) FROM url WHERE state = 'leased' AND kind = 'page'");

  const candidates = (count: number, now: number, withinShare: boolean): Candidate[] =>
    sql
      .exec<Candidate>(
        `SELECT url.id, url.url, url.kind, url.attempt, url.prefix, url.source FROM url
         CROSS JOIN origin ON origin.origin = url.origin CROSS JOIN prefix ON prefix.prefix = url.prefix
         WHERE url.state = 'waiting' AND url.kind = 'page' AND url.due_at <= ? AND origin.outcome IS NOT NULL AND (prefix.taken < ?) = ?
         ORDER BY url.depth, url.id LIMIT ?`,
        now,
        quota,
        withinShare ? 1 : 0,
        count,
      )
      .toArray();

  const grant = (row: Candidate, now: number): CrawlTask => {
    const attempt = row.attempt + 1;
    sql.exec("UPDATE url SET state = 'leased', attempt = ?, lease_until = ? WHERE id = ?", attempt, leaseUntil(now, attempt), row.id);
    return { id: row.id, kind: row.kind, url: row.url, attempt, ...(row.source === null ? {} : { source: row.source }) };
  };

  const leasePages = (wanted: number, now: number): CrawlTask[] => {
    const tasks: CrawlTask[] = [];
    for (const withinShare of [true, false]) {
      while (tasks.length < wanted) {
        const rows = candidates(wanted - tasks.length, now, withinShare);
        if (rows.length === 0) break;
        for (const row of rows) {
          if (!isAllowed(row.url)) {
            sql.exec("UPDATE url SET state = 'blocked' WHERE id = ?", row.id);
            continue;
          }
          if (row.attempt === 0) sql.exec("UPDATE prefix SET taken = taken + 1 WHERE prefix = ?", row.prefix);
          tasks.push(grant(row, now));
        }
      }
    }
    return tasks;
  };

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
      sql.exec("UPDATE url SET state = 'waiting' WHERE id = ?", id);
    }
  };

  const remember = (list: string, depth: number, inSitemap: 0 | 1): void => {
    remembered ??= one("SELECT COUNT(*) FROM url");
    const unknown = "SELECT DISTINCT value AS url FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM url WHERE url.url = value)";
    for (const { url } of sql.exec<{ url: string }>(unknown, list).toArray()) {
      if (remembered >= maxRemembered) return;
      if (!scope.contains(url)) continue;
      insert(url, "page", depth, admissible(url, depth) ? "waiting" : "skipped", inSitemap);
      remembered += 1;
    }
  };

  return {
    seed(startUrl) {
      insert(startUrl, "page", 0, "waiting");
    },

    admit(urls, found) {
      if (urls.length === 0) return;
      const list = JSON.stringify(urls);
      if (found === "sitemap") {
        sql.exec("UPDATE url SET in_sitemap = 1 WHERE in_sitemap = 0 AND url IN (SELECT value FROM json_each(?))", list);
        remember(list, unlinkedDepth, 1);
      } else {
        noteShorterWays(list, found.depth);
        remember(list, found.depth, 0);
      }
    },

    admitSitemaps(urls, source) {
      for (const url of urls) {
        if (one("SELECT COUNT(*) FROM url WHERE kind = 'sitemap'") >= maxSitemaps) return;
        sql.exec(
          "INSERT OR IGNORE INTO url (url, kind, origin, prefix, depth, state, source) VALUES (?, 'sitemap', ?, '', 0, 'waiting', ?)",
          url,
          new URL(url).origin,
          source,
        );
      }
    },

    lease(count, budget, now) {
      // Seeds first: they decide what may be fetched. They never count against the page budget.
      const seeds = sql
        .exec<Candidate>(
          "SELECT id, url, kind, attempt, prefix, source FROM url WHERE state = 'waiting' AND kind IN ('robots', 'sitemap') AND due_at <= ? ORDER BY kind, id LIMIT ?",
          now,
          Math.max(0, count),
        )
        .toArray()
        .map((row) => grant(row, now));
      const pages = leasePages(Math.max(0, Math.min(count - seeds.length, budgetLeft(budget))), now);
      return [...seeds, ...pages];
    },

    find(id, attempt) {
      const [row] = sql
        .exec<Omit<Leased, "isNewest"> & { attempt: number }>("SELECT url, origin, depth, failures, attempt FROM url WHERE id = ? AND state = 'leased'", id)
        .toArray();
      if (row === undefined) return null;
      const { attempt: newest, ...leased } = row;
      return { ...leased, isNewest: newest === attempt };
    },

    settle(id) {
      sql.exec("UPDATE url SET state = 'done', lease_until = NULL WHERE id = ?", id);
    },

    postpone(id, dueAt) {
      sql.exec("UPDATE url SET state = 'waiting', lease_until = NULL, failures = failures + 1, due_at = ? WHERE id = ?", dueAt, id);
    },

    expire(now) {
      const lost = sql
        .exec<{ id: number; kind: CrawlTask["kind"]; url: string; attempt: number }>(
          "SELECT id, kind, url, attempt FROM url WHERE state = 'leased' AND lease_until <= ? AND attempt >= ?",
          now,
          maxLeases,
        )
        .toArray();
      sql.exec("UPDATE url SET state = 'waiting', lease_until = NULL WHERE state = 'leased' AND lease_until <= ? AND attempt < ?", now, maxLeases);
      return lost;
    },

    outstanding: () => one("SELECT COUNT(*) FROM url WHERE state = 'leased'"),

    hasDue(budget, now) {
      if (one("SELECT EXISTS (SELECT 1 FROM url WHERE state = 'waiting' AND kind IN ('robots', 'sitemap') AND due_at <= ?)", now) === 1) return true;
      return budgetLeft(budget) > 0 && [true, false].some((withinShare) => candidates(1, now, withinShare).length > 0);
    },

    nextDueAt(now) {
      const times = sql
        .exec<{ at: number | null }>(
          "SELECT MIN(lease_until) AS at FROM url WHERE state = 'leased' UNION ALL SELECT MIN(due_at) FROM url WHERE state = 'waiting' AND due_at > 0 AND due_at > ?",
          now,
        )
        .toArray()
        .flatMap(({ at }) => (at === null ? [] : [at]));
      return times.length === 0 ? null : Math.min(...times);
    },

    isEmpty(budget) {
      if (one("SELECT EXISTS (SELECT 1 FROM url WHERE state = 'leased' OR (state = 'waiting' AND kind <> 'page'))") === 1) return false;
      return budgetLeft(budget) <= 0 || one("SELECT EXISTS (SELECT 1 FROM url WHERE state = 'waiting')") === 0;
    },

    discovered: () => one("SELECT COUNT(*) FROM url WHERE kind = 'page' AND state <> 'skipped'"),

    left(budget) {
      const leased = one("SELECT COUNT(*) FROM url WHERE state = 'leased' AND kind = 'page'");
      return leased + Math.max(0, Math.min(budgetLeft(budget), one("SELECT COUNT(*) FROM url WHERE state = 'waiting' AND kind = 'page'")));
    },
  };
}

// A type, not an interface: SqlStorage asks for an index signature.
type Candidate = { id: number; url: string; kind: CrawlTask["kind"]; attempt: number; prefix: string; source: NonNullable<CrawlTask["source"]> | null };
