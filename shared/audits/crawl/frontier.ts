import type { Scope } from "../urls/index.ts";
import type { CrawlOptions } from "./crawl-options.ts";
import { createDiscovery, type Discovery } from "./discovery.ts";
import { createLeaser } from "./lease-pages.ts";
import type { CrawlTask } from "./messages.ts";
import { maxLeases } from "./retry-policy.ts";
import type { Admission } from "./robots-gate.ts";

/** Redirects and files do not count against the page budget, but a site of nothing else must end too. */
const fetchesPerPage = 3;
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
export interface Frontier extends Discovery {
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
  const leaser = createLeaser({ sql, maxPages: options.maxPages, admission });
  const one = (query: string, ...bindings: SqlStorageValue[]): number => Number(Object.values(sql.exec(query, ...bindings).one())[0] ?? 0);

  /** Pages that hold a place in the budget without a result: they are out, or were and will be again. */
  const begun = (): number =>
    one(`SELECT (SELECT COUNT(*) FROM url WHERE state = 'leased' AND kind = 'page')
         + (SELECT COUNT(*) FROM url INDEXED BY url_again WHERE state = 'waiting' AND attempt > 0 AND kind = 'page')`);

  const budgetLeft = ({ spent, fetched }: Spending): number => Math.min(options.maxPages - spent, options.maxPages * fetchesPerPage + 50 - fetched) - begun();

  return {
    ...createDiscovery({ sql, options, scope }),

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
