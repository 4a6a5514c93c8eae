import fc from "fast-check";
import { expect, it } from "vitest";
import { createFrontier, type Frontier } from "../../../../../shared/audits/crawl/frontier.ts";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import { maxLeases } from "../../../../../shared/audits/crawl/retry-policy.ts";
import { createScope } from "../../../../../shared/audits/urls/index.ts";
import { crawlOptions } from "../../../../helpers/worker/crawl-options.ts";
import { withCrawlTables } from "../../../../helpers/worker/crawl-tables.ts";

const start = "https://example.com/";
const hosts = ["https://example.com", "https://www.example.com", "https://example.org"];
const paths = ["/", "/a", "/a/1", "/a/2", "/a/3", "/b/1", "/b/2", "/c", "/x.png", "/robots.txt", "/s.xml", "/no/1", "/private/1"];
const sitemap = fc.tuple(fc.constantFrom(...hosts), fc.constantFrom("/s.xml", "/robots.txt", "/a")).map(([host, path]) => host + path);
const address = fc.tuple(fc.constantFrom(...hosts), fc.constantFrom(...paths)).map(([host, path]) => host + path);

type Step =
  | { readonly do: "admit"; readonly urls: readonly string[]; readonly depth: number | null }
  | { readonly do: "admitSitemaps"; readonly urls: readonly string[] }
  | { readonly do: "lease"; readonly count: number }
  /** Some task that was ever out reports: a page, a redirect, or a failure to try again later. */
  | { readonly do: "report"; readonly which: number; readonly result: "page" | "redirect" | "retry" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "restart" };

// Mostly leases and reports: a mistake shows when the budget is nearly used up by pages in every state.
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("admit"), urls: fc.array(address, { maxLength: 6 }), depth: fc.option(fc.integer({ min: 0, max: 4 })) }),
  fc.record({ do: fc.constant("admitSitemaps"), urls: fc.array(sitemap, { maxLength: 2 }) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constant("lease"), count: fc.integer({ min: 0, max: 6 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("report"), which: fc.nat(), result: fc.constantFrom("page", "redirect", "retry") }) },
  fc.record({ do: fc.constant("wait"), ms: fc.oneof(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 300_000 })) }),
  fc.record({ do: fc.constant("restart") }),
);

interface Known {
  readonly kind: CrawlTask["kind"];
  readonly attempt: number;
  /** It was put back until then. */
  dueAt: number;
  isSettled: boolean;
}

/** Plays steps against a frontier and watches over what must always hold. */
class Play {
  now = 1_000_000;
  spent = 0;
  fetched = 0;
  readonly maxPages: number;
  readonly #sql: SqlStorage;
  #frontier: Frontier;
  /** Every task that was ever handed out. */
  readonly #handed: CrawlTask[] = [];
  /** Addresses out now, and until when. */
  readonly #out = new Map<number, number>();
  /** What became of each address that was ever out. */
  readonly #known = new Map<number, Known>();
  /** Origins whose robots.txt has its result. */
  readonly #open = new Set<string>();

  constructor(sql: SqlStorage, maxPages: number) {
    this.#sql = sql;
    this.maxPages = maxPages;
    this.#frontier = this.#create();
    this.#frontier.seed(start);
  }

  #create(): Frontier {
    const options = crawlOptions({ maxPages: this.maxPages, maxDepth: 3, exclude: ["/no/**"] });
    const scope = createScope({ startUrl: start, include: options.include, exclude: options.exclude });
    return createFrontier({ sql: this.#sql, options, scope, admission: (url) => (url.includes("/private/") ? "blocked" : "allowed") });
  }

  /** Goes straight to where the budget is what counts: robots.txt has its result, and more pages wait than may be fetched. */
  open(): void {
    for (const task of this.lease(1)) this.report(task, "page");
    this.#frontier.admit(
      paths.map((path) => hosts[0] + path),
      { depth: 1 },
    );
  }

  play(step: Step): void {
    if (step.do === "admit") this.#frontier.admit(step.urls, step.depth === null ? "sitemap" : { depth: step.depth });
    if (step.do === "admitSitemaps") this.#frontier.admitSitemaps(step.urls, "index");
    if (step.do === "lease") this.lease(step.count);
    if (step.do === "report" && this.#handed.length > 0) this.report(this.#handed[step.which % this.#handed.length], step.result);
    if (step.do === "wait") this.wait(step.ms);
    if (step.do === "restart") this.#frontier = this.#create();
  }

  lease(count: number): CrawlTask[] {
    const tasks = this.#frontier.lease(count, this, this.now);
    expect(tasks.length).toBeLessThanOrEqual(count);
    for (const task of tasks) {
      this.#watch(task);
      this.#out.set(task.id, Number(this.#sql.exec("SELECT lease_until FROM url WHERE id = ?", task.id).one().lease_until));
      this.#known.set(task.id, { kind: task.kind, attempt: task.attempt, dueAt: 0, isSettled: false });
      this.#handed.push(task);
    }
    const begun = [...this.#known.values()].filter(({ kind, isSettled }) => kind === "page" && !isSettled).length;
    expect(this.spent + begun, "pages promised").toBeLessThanOrEqual(this.maxPages);
    return tasks;
  }

  /** A task that is handed out must be one that may be. */
  #watch({ id, kind, url, attempt }: CrawlTask): void {
    const before = this.#known.get(id);
    expect(this.#out.has(id), `${url} is leased twice at the same time`).toBe(false);
    expect(before?.isSettled ?? false, `${url} is leased although it has its result`).toBe(false);
    expect(before?.dueAt ?? 0, `${url} comes before its time`).toBeLessThanOrEqual(this.now);
    expect(attempt).toBe((before?.attempt ?? 0) + 1);
    expect(attempt).toBeLessThanOrEqual(maxLeases);
    if (kind !== "page") return;
    expect(url).not.toMatch(/example\.org|\/no\/|\/private\/|\.(?:png|txt|xml)$/);
    expect(this.#open.has(new URL(url).origin), `${url} is leased before its robots.txt is known`).toBe(true);
  }

  report(task: CrawlTask | undefined, result: "page" | "redirect" | "retry"): void {
    const leased = task === undefined ? null : this.#frontier.find(task.id, task.attempt);
    if (task === undefined || leased === null) return;
    const known = this.#known.get(task.id);
    expect(known?.isSettled, `${task.url} has a second result`).toBe(false);
    if (result === "retry" && leased.failures < 2) {
      if (!leased.isNewest) return;
      this.#frontier.postpone(task.id, this.now + 5_000);
      if (known !== undefined) known.dueAt = this.now + 5_000;
    } else {
      this.#settle(task, result === "redirect");
    }
    this.#out.delete(task.id);
  }

  #settle({ id, kind, url }: Pick<CrawlTask, "id" | "kind" | "url">, isRedirect: boolean): void {
    this.#frontier.settle(id);
    const known = this.#known.get(id);
    if (known !== undefined) known.isSettled = true;
    if (kind === "robots") this.#open.add(new URL(url).origin);
    if (kind === "robots") this.#sql.exec("UPDATE origin SET outcome = 'absent' WHERE origin = ?", new URL(url).origin);
    if (kind !== "page") return;
    this.fetched += 1;
    this.spent += isRedirect ? 0 : 1;
    expect(this.spent).toBeLessThanOrEqual(this.maxPages);
  }

  wait(ms: number): void {
    this.now += ms;
    for (const lost of this.#frontier.expire(this.now)) {
      this.#settle(lost, false);
      this.#out.delete(lost.id);
    }
    for (const [id, until] of this.#out) if (until <= this.now) this.#out.delete(id);
  }

  /** Whether there is nothing left to do, and if there is: whether it can be done now or at a time that is known. */
  look(): boolean {
    const isEmpty = this.#frontier.isEmpty(this);
    const isOut = this.#sql.exec("SELECT 1 FROM url WHERE state = 'leased'").toArray().length > 0;
    if (isOut) expect(isEmpty).toBe(false);
    if (!isEmpty) expect(this.#frontier.hasDue(this, this.now) || this.#frontier.nextDueAt(this.now) !== null).toBe(true);
    expect(this.#frontier.left(this)).toBeGreaterThanOrEqual(0);
    return isEmpty;
  }

  /** An end with pages left is one whose budget is used up. */
  end(): void {
    const waiting = this.#sql.exec("SELECT url FROM url WHERE state = 'waiting'").toArray();
    if (this.spent < this.maxPages && this.fetched < 3 * this.maxPages + 50) expect(waiting).toEqual([]);
  }
}

it("never leases an address twice at the same time, never exceeds its budget, and ends once everything is reported", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.boolean(), fc.array(step, { maxLength: 60 }), (maxPages, isOpen, steps) =>
      withCrawlTables((sql) => {
        const game = new Play(sql, maxPages);
        if (isOpen) game.open();
        for (const each of steps) {
          game.play(each);
          game.look();
        }
        for (let rounds = 0; !game.look(); rounds++) {
          expect(rounds).toBeLessThan(200);
          for (const task of game.lease(4)) game.report(task, "page");
          game.wait(60_000);
        }
        game.end();
      }),
    ),
    { numRuns: 200 },
  );
}, 60_000);
