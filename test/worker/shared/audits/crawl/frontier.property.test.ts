import fc from "fast-check";
import { expect, it } from "vitest";
import { createFrontier, type Frontier } from "../../../../../shared/audits/crawl/frontier.ts";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
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

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("admit"), urls: fc.array(address, { maxLength: 6 }), depth: fc.option(fc.integer({ min: 0, max: 4 })) }),
  fc.record({ do: fc.constant("admitSitemaps"), urls: fc.array(sitemap, { maxLength: 2 }) }),
  fc.record({ do: fc.constant("lease"), count: fc.integer({ min: 0, max: 6 }) }),
  fc.record({ do: fc.constant("report"), which: fc.nat(), result: fc.constantFrom("page", "redirect", "retry") }),
  fc.record({ do: fc.constant("wait"), ms: fc.integer({ min: 0, max: 300_000 }) }),
  fc.record({ do: fc.constant("restart") }),
);

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

  constructor(sql: SqlStorage, maxPages: number) {
    this.#sql = sql;
    this.maxPages = maxPages;
    this.#frontier = this.#create();
    this.#frontier.seed(start);
  }

  #create(): Frontier {
    const options = crawlOptions({ maxPages: this.maxPages, maxDepth: 3, exclude: ["/no/**"] });
    const scope = createScope({ startUrl: start, include: options.include, exclude: options.exclude });
    return createFrontier({ sql: this.#sql, options, scope, isAllowed: (url) => !url.includes("/private/") });
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
      expect(this.#out.has(task.id), `${task.url} is leased twice at the same time`).toBe(false);
      if (task.kind === "page") expect(task.url).not.toMatch(/example\.org|\/no\/|\/private\/|\.(?:png|txt|xml)$/);
      this.#out.set(task.id, Number(this.#sql.exec("SELECT lease_until FROM url WHERE id = ?", task.id).one().lease_until));
      this.#handed.push(task);
    }
    return tasks;
  }

  report(task: CrawlTask | undefined, result: "page" | "redirect" | "retry"): void {
    const leased = task === undefined ? null : this.#frontier.find(task.id, task.attempt);
    if (task === undefined || leased === null) return;
    if (result === "retry" && leased.failures < 2) {
      if (!leased.isNewest) return;
      this.#frontier.postpone(task.id, this.now + 5_000);
    } else {
      this.#settle(task, result === "redirect");
    }
    this.#out.delete(task.id);
  }

  #settle({ id, kind, url }: Pick<CrawlTask, "id" | "kind" | "url">, isRedirect: boolean): void {
    this.#frontier.settle(id);
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
}

it("never leases an address twice at the same time, never exceeds its budget, and ends once everything is reported", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(step, { maxLength: 60 }), (maxPages, steps) =>
      withCrawlTables((sql) => {
        const game = new Play(sql, maxPages);
        for (const each of steps) {
          game.play(each);
          game.look();
        }
        for (let rounds = 0; !game.look(); rounds++) {
          expect(rounds).toBeLessThan(200);
          for (const task of game.lease(4)) game.report(task, "page");
          game.wait(60_000);
        }
      }),
    ),
    { numRuns: 200 },
  );
}, 60_000);
