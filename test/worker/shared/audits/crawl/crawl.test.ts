import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createCrawl } from "../../../../../shared/audits/crawl/crawl.ts";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import { absentAnswer, type CrawlBench, openSite, pageAnswer, redirectAnswer, statusAnswer, withCrawl } from "../../../../helpers/worker/crawl-bench.ts";
import { crawlOptions } from "../../../../helpers/worker/crawl-options.ts";

const paths = (count: number, prefix = "/p/") => Array.from({ length: count }, (_, i) => `${prefix}${i}`);
const pathsOf = (tasks: readonly CrawlTask[]) => tasks.map(({ url }) => new URL(url).pathname);
const leaseMs = 120_000;

/** The first task for a page, which is the start page. */
async function openAtStart(bench: CrawlBench): Promise<CrawlTask> {
  const [start] = await openSite(bench);
  if (start === undefined) throw new Error("the start page was not asked for");
  return start;
}

/** Answers every task as a healthy page without links until the crawl has ended. */
async function finish(bench: CrawlBench): Promise<void> {
  for (let rounds = 0; bench.crawl.wakeAt() !== "ended"; rounds++) {
    if (rounds > 500) throw new Error(`the crawl does not end: ${JSON.stringify(bench.state())}`);
    await bench.ring();
    const tasks = bench.take();
    if (tasks.length > 0) await bench.crawl.report(tasks.map((task) => (task.kind === "page" ? pageAnswer(task) : absentAnswer(task))));
    const wake = bench.crawl.wakeAt();
    if (wake !== "ended") bench.now = Math.max(bench.now, wake);
  }
}

describe("a crawl that does not exist", () => {
  it("answers gone, wants no alarm, does no work and makes no table", () =>
    runInDurableObject(env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.newUniqueId()), async (_, { storage }) => {
      const refuse = () => {
        throw new Error("nothing is to be done");
      };
      const crawl = createCrawl({
        ...{ sql: storage.sql, transact: (work) => storage.transactionSync(work), send: refuse, projection: refuse, announce: refuse },
        ...{ now: () => 0, random: () => 0 },
      });
      const task: CrawlTask = { id: 1, kind: "page", url: "https://example.com/", attempt: 1 };
      expect(await crawl.report([pageAnswer(task)])).toBe("gone");
      expect(crawl.progress()).toBe("gone");
      expect(crawl.wakeAt()).toBe("ended");
      await crawl.work();
      crawl.noteFailure();
      expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'").toArray()).toEqual([]);
    }));
});

describe("a start", () => {
  it("claims the audit before anything is fetched", () =>
    withCrawl({}, async (bench) => {
      expect(bench.crawl.wakeAt()).toBe(bench.now);
      expect(bench.take()).toEqual([]);
      await bench.ring();
      expect((await bench.auditRow()).status).toBe("running");
      expect(pathsOf(bench.take())).toEqual(["/robots.txt"]);
    }));

  it("twice is once, also after an eviction and after the end", () =>
    withCrawl({}, async (bench) => {
      const identity = { v: 1, auditId: bench.auditId, workspaceId: "other", sealedHeaders: null } as const;
      const again = () => bench.crawl.start({ ...identity, url: "https://other.example/", options: crawlOptions() });
      again();
      await openAtStart(bench);
      bench.reopen();
      again();
      expect(bench.state()).toMatchObject({ url: "https://example.com/", stage: "crawling" });
      await finish(bench);
      again();
      expect(bench.crawl.wakeAt()).toBe("ended");
    }));

  it("of an audit that was cancelled meanwhile ends at once", () =>
    withCrawl({}, async (bench) => {
      await env.DB.prepare("UPDATE audits SET status = 'cancelled' WHERE id = ?").bind(bench.auditId).run();
      await bench.ring();
      expect(bench.crawl.wakeAt()).toBe("ended");
      expect(bench.take()).toEqual([]);
    }));
});

describe("the alarm", () => {
  it.each<{ when: string; rate: number | null; maxPages?: number; arrange: (bench: CrawlBench) => Promise<unknown> }>([
    { when: "robots.txt is out", rate: null, arrange: (bench) => bench.ring() },
    { when: "robots.txt is out of a spaced crawl", rate: 2, arrange: (bench) => bench.ring() },
    { when: "every page is out", rate: null, arrange: async (bench) => bench.crawl.report([pageAnswer(await openAtStart(bench), paths(9))]) },
    {
      when: "as much is out as may be",
      rate: null,
      maxPages: 5_000,
      arrange: async (bench) => bench.crawl.report([pageAnswer(await openAtStart(bench), paths(900))]),
    },
    { when: "the next slot has not come", rate: 3, arrange: async (bench) => bench.crawl.report([pageAnswer(await openAtStart(bench), paths(90))]) },
    { when: "the only page is postponed", rate: null, arrange: async (bench) => bench.crawl.report([statusAnswer(await openAtStart(bench), 503, 7_000)]) },
    {
      when: "the only page is postponed in a spaced crawl",
      rate: 2,
      arrange: async (bench) => bench.crawl.report([statusAnswer(await openAtStart(bench), 503, 7_000)]),
    },
    {
      when: "the budget is out",
      rate: null,
      maxPages: 3,
      arrange: async (bench) => {
        await bench.crawl.report([pageAnswer(await openAtStart(bench), paths(9))]);
        const [first] = bench.take();
        if (first !== undefined) await bench.crawl.report([pageAnswer(first)]);
      },
    },
    {
      when: "another origin's robots.txt is out",
      rate: null,
      arrange: async (bench) => bench.crawl.report([redirectAnswer(await openAtStart(bench), "https://www.example.com/")]),
    },
  ])("is not wanted now when $when", async ({ rate, maxPages = 100, arrange }) =>
    withCrawl({ rate, maxPages }, async (bench) => {
      await arrange(bench);
      expect(await bench.ring()).toBeLessThanOrEqual(1);
      const wake = bench.crawl.wakeAt();
      expect(wake).toBeGreaterThan(bench.now);
      expect(Number.isSafeInteger(wake)).toBe(true);
      bench.reopen();
      expect(bench.crawl.wakeAt()).toBe(wake);
    }),
  );

  it("rings at most a few times for each page of a whole crawl, whatever the rate", async () => {
    for (const rate of [null, 3, 50]) {
      await withCrawl({ rate, maxPages: 40 }, async (bench) => {
        await bench.crawl.report([pageAnswer(await openAtStart(bench), paths(60))]);
        let alarms = 0;
        while (bench.crawl.wakeAt() !== "ended") {
          alarms += await bench.ring();
          const tasks = bench.take();
          if (tasks.length > 0) await bench.crawl.report(tasks.map((task) => pageAnswer(task)));
          const wake = bench.crawl.wakeAt();
          if (wake !== "ended") bench.now = Math.max(bench.now, wake);
        }
        expect(alarms).toBeLessThan(3 * 40 + 20);
        expect(await bench.auditRow()).toMatchObject({ status: "completed", fetched: 40, failed: 0 });
      });
    }
  }, 60_000);

  it("comes later and later while it fails, and fails the audit in plain words after eight times", () =>
    withCrawl({}, async (bench) => {
      bench.broken.database = true;
      const waits: number[] = [];
      for (let failures = 1; failures <= 8; failures++) {
        await expect(bench.crawl.work()).rejects.toThrow("does not answer");
        bench.crawl.noteFailure();
        waits.push(Number(bench.crawl.wakeAt()) - bench.now);
        expect(bench.state().stage).toBe(failures < 8 ? "claiming" : "failing");
      }
      expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000]);
      bench.broken.database = false;
      await bench.crawl.work();
      const row = await bench.auditRow();
      expect(row).toMatchObject({ status: "failed", error_code: "internal" });
      expect(row.error_message).not.toContain("does not answer");
      expect(bench.crawl.wakeAt()).toBe("ended");
    }));

  it("forgets its failures once it succeeds", () =>
    withCrawl({}, async (bench) => {
      for (let i = 0; i < 7; i++) bench.crawl.noteFailure();
      await bench.crawl.work();
      bench.crawl.noteFailure();
      expect(bench.state()).toMatchObject({ stage: "crawling", alarmFailures: 1 });
    }));
});

describe("a report", () => {
  it("that is rolled back leaves memory as the storage is, and counts when it comes again", () =>
    withCrawl({}, async (bench) => {
      const task = await openAtStart(bench);
      const before = { state: bench.state(), progress: bench.crawl.progress(), wake: bench.crawl.wakeAt() };
      bench.broken.transactions = true;
      await expect(bench.crawl.report([pageAnswer(task, paths(5))])).rejects.toThrow("rolled back");
      bench.broken.transactions = false;
      expect({ state: bench.state(), progress: bench.crawl.progress(), wake: bench.crawl.wakeAt() }).toEqual(before);
      expect(await bench.crawl.report([pageAnswer(task, paths(5))])).toBe("taken");
      expect(bench.crawl.progress()).toMatchObject({ discovered: 6, fetched: 1, left: 5 });
    }));

  it("counts once, however often it comes", () =>
    withCrawl({}, async (bench) => {
      const task = await openAtStart(bench);
      const report = pageAnswer(task, paths(3), { html: { viewport: null } });
      await bench.crawl.report([report, report]);
      await bench.crawl.report([report]);
      expect(bench.state()).toMatchObject({ fetched: 1, spent: 1 });
      expect(bench.sql.exec("SELECT COUNT(*) AS n FROM page").one().n).toBe(1);
      expect(bench.sql.exec("SELECT checked, failing FROM tally WHERE rule_id = 'viewport-missing'").one()).toEqual({ checked: 1, failing: 1 });
      expect(bench.sql.exec("SELECT COUNT(*) AS n FROM finding WHERE rule_id = 'viewport-missing'").one().n).toBe(1);
    }));

  it.each(["a lease that was taken back", "a lease that was given to another consumer"])("of a success from %s counts, and of a failure does not", (lease) =>
    withCrawl({}, async (bench) => {
      const old = await openAtStart(bench);
      bench.now += leaseMs;
      // Without a queue the address cannot go out again: a lease that ran out and one that is in force are both of this kind.
      if (lease.includes("another")) await bench.ring();
      else bench.sql.exec("UPDATE url SET state = 'waiting', lease_until = NULL WHERE id = ?", old.id);
      expect(await bench.crawl.report([statusAnswer(old, 503)])).toBe("taken");
      expect(bench.sql.exec("SELECT failures FROM url WHERE id = ?", old.id).one().failures).toBe(0);
      await bench.crawl.report([pageAnswer(old)]);
      expect(bench.state()).toMatchObject({ fetched: 1, failed: 0, spent: 1 });
      for (const task of bench.take()) await bench.crawl.report([pageAnswer(task)]);
      expect(bench.state()).toMatchObject({ fetched: 1, failed: 0, spent: 1 });
    }),
  );

  it("is taken although the queue refuses what may follow, which goes out when its lease has run out", () =>
    withCrawl({}, async (bench) => {
      const task = await openAtStart(bench);
      bench.broken.queue = true;
      expect(await bench.crawl.report([pageAnswer(task, ["/a"])])).toBe("taken");
      bench.broken.queue = false;
      expect(bench.take()).toEqual([]);
      bench.now += leaseMs;
      await bench.ring();
      expect(bench.take()).toMatchObject([{ url: "https://example.com/a", attempt: 2 }]);
    }));

  it("after the end answers gone and changes nothing", () =>
    withCrawl({}, async (bench) => {
      const task = await openAtStart(bench);
      await bench.crawl.report([pageAnswer(task)]);
      await finish(bench);
      const before = bench.state();
      expect(await bench.crawl.report([pageAnswer(task, ["/late"])])).toBe("gone");
      expect(bench.state()).toEqual(before);
      expect(bench.crawl.progress()).toBe("gone");
    }));

  it("while a projection waits for the database is not lost", () =>
    withCrawl({}, async (bench) => {
      await bench.crawl.report([pageAnswer(await openAtStart(bench), paths(20))]);
      bench.now += 60_000;
      const working = bench.crawl.work();
      await bench.crawl.report(bench.take().map((task) => pageAnswer(task)));
      await working;
      expect(bench.state()).toMatchObject({ fetched: 21, spent: 21 });
      await finish(bench);
      const { results } = await env.DB.prepare("SELECT ordinal FROM audit_pages WHERE audit_id = ? ORDER BY ordinal").bind(bench.auditId).all();
      expect(results.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 21 }, (_, i) => i + 1));
      expect(await bench.auditRow()).toMatchObject({ status: "completed", fetched: 21 });
    }));
});

describe("failing pages", () => {
  it("are asked for three times and then recorded, without keeping the audit from its end", () =>
    withCrawl({ maxPages: 2 }, async (bench) => {
      await bench.crawl.report([pageAnswer(await openAtStart(bench), ["/broken", "/other"])]);
      let asked = 0;
      while (bench.sql.exec("SELECT 1 FROM page WHERE url LIKE '%broken'").toArray().length === 0) {
        for (const task of bench.take()) {
          asked += 1;
          expect(task).toMatchObject({ url: "https://example.com/broken", attempt: asked });
          await bench.crawl.report([statusAnswer(task, 503)]);
        }
        bench.now = Math.max(bench.now, Number(bench.crawl.wakeAt()));
        await bench.ring();
      }
      expect(asked).toBe(3);
      await finish(bench);
      expect(await bench.auditRow()).toMatchObject({ status: "completed", fetched: 2, failed: 0 });
    }));

  it("that kill their consumers are given up after five leases, and say so", () =>
    withCrawl({}, async (bench) => {
      await bench.crawl.report([pageAnswer(await openAtStart(bench), ["/poison"])]);
      let leases = 0;
      while (bench.sql.exec("SELECT 1 FROM page WHERE url LIKE '%poison'").toArray().length === 0) {
        leases += bench.take().length;
        bench.now = Math.max(bench.now, Number(bench.crawl.wakeAt()));
        await bench.ring();
      }
      expect(leases).toBe(5);
      await finish(bench);
      expect(await bench.auditRow()).toMatchObject({ status: "completed", fetched: 1, failed: 1 });
      const row = await env.DB.prepare("SELECT outcome, error FROM audit_pages WHERE audit_id = ? AND url LIKE '%poison'").bind(bench.auditId).first();
      expect(row).toMatchObject({ outcome: "failed", error: expect.stringContaining("could not be analysed") });
    }));
});
