import type { CrawlTask } from "./messages.ts";
import { leaseUntil } from "./retry-policy.ts";
import type { Admission } from "./robots-gate.ts";

/** One path prefix gets more than this share of the page budget only while no other prefix waits. */
const prefixShare = 0.25;
/** Pages that one call may turn away: a call must stay far below the CPU limit, and the next one goes on. */
const maxBlocked = 500;

/** How many pages of one prefix are taken before the others come first; as many again, and those that took as many come first. */
export const prefixQuota = (maxPages: number): number => Math.max(1, Math.ceil(maxPages * prefixShare));

// A type, not an interface: SqlStorage asks for an index signature.
type Candidate = { id: number; url: string; kind: CrawlTask["kind"]; attempt: number; source: NonNullable<CrawlTask["source"]> | null };
type FreshPage = Candidate & { prefix: string; crowded: number };

interface LeaserDeps {
  readonly sql: SqlStorage;
  readonly maxPages: number;
  readonly admission: (url: string) => Admission;
}

/** Picks what is leased next and leases it. Every statement here reads as many rows as it leases, on a site of any size. */
interface Leaser {
  /** Files that decide what may be fetched: robots.txt first, then sitemaps. */
  leaseSeeds(wanted: number, now: number): CrawlTask[];
  /** Pages that were leased before, and keep their place in the budget. */
  leaseAgain(wanted: number, now: number): CrawlTask[];
  /** Pages never leased before: by depth, then in order of discovery, those of crowded prefixes last. */
  leaseFresh(wanted: number, now: number): CrawlTask[];
  hasFresh(now: number): boolean;
}

export function createLeaser({ sql, maxPages, admission }: LeaserDeps): Leaser {
  const quota = prefixQuota(maxPages);

  const grant = ({ id, kind, url, attempt: before, source }: Candidate, now: number): CrawlTask => {
    const attempt = before + 1;
    sql.exec("UPDATE url SET state = 'leased', attempt = ?, lease_until = ? WHERE id = ?", attempt, leaseUntil(now, attempt), id);
    return { id, kind, url, attempt, ...(source === null ? {} : { source }) };
  };

  const freshPages = (count: number, now: number): FreshPage[] =>
    sql
      .exec<FreshPage>(
        `SELECT url.id, url.url, url.kind, url.attempt, url.source, url.prefix, url.crowded FROM url
         CROSS JOIN origin ON origin.origin = url.origin
         WHERE url.state = 'waiting' AND url.kind = 'page' AND url.attempt = 0 AND url.due_at <= ? AND origin.outcome IS NOT NULL
         ORDER BY url.crowded, url.depth, url.id LIMIT ?`,
        now,
        count,
      )
      .toArray();

  /** Answers how often its prefix has now used up the share. Marking its other pages costs a scan, but a budget has only four shares. */
  const countToPrefix = (prefix: string): number => {
    const { taken } = sql.exec<{ taken: number }>("UPDATE prefix SET taken = taken + 1 WHERE prefix = ? RETURNING taken", prefix).one();
    const crowded = Math.floor(taken / quota);
    if (taken % quota === 0) sql.exec("UPDATE url SET crowded = ? WHERE prefix = ? AND state = 'waiting'", crowded, prefix);
    return crowded;
  };

  return {
    leaseSeeds: (wanted, now) =>
      sql
        .exec<Candidate>(
          "SELECT id, url, kind, attempt, source FROM url WHERE state = 'waiting' AND kind IN ('robots', 'sitemap') AND due_at <= ? ORDER BY kind, id LIMIT ?",
          now,
          wanted,
        )
        .toArray()
        .map((row) => grant(row, now)),

    leaseAgain: (wanted, now) =>
      sql
        .exec<Candidate>(
          `SELECT id, url, kind, attempt, source FROM url INDEXED BY url_again
           WHERE state = 'waiting' AND attempt > 0 AND kind = 'page' AND due_at <= ? ORDER BY depth, id LIMIT ?`,
          now,
          wanted,
        )
        .toArray()
        .map((row) => grant(row, now)),

    leaseFresh(wanted, now) {
      const tasks: CrawlTask[] = [];
      const crowded = new Map<string, number>();
      let blocked = 0;
      for (let size = wanted; tasks.length < wanted && blocked < maxBlocked; size = Math.min(2 * size, maxBlocked)) {
        const rows = freshPages(size, now);
        if (rows.length === 0) break;
        for (const row of rows) {
          if (tasks.length === wanted) break;
          // The rows before it used up the share of its prefix: it comes again, behind the other prefixes.
          if (row.crowded < (crowded.get(row.prefix) ?? 0)) continue;
          const admitted = admission(row.url);
          if (admitted !== "allowed") {
            sql.exec("UPDATE url SET state = ? WHERE id = ?", admitted, row.id);
            blocked += 1;
            continue;
          }
          crowded.set(row.prefix, countToPrefix(row.prefix));
          tasks.push(grant(row, now));
        }
      }
      return tasks;
    },

    hasFresh: (now) => freshPages(1, now).length > 0,
  };
}
