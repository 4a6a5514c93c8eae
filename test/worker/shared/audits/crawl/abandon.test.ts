import { describe, expect, it } from "vitest";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import type { TaskReport } from "../../../../../shared/audits/crawl/task-report.ts";
import { failedFacts } from "../../../../helpers/unit/page-facts.ts";
import { absentAnswer, type CrawlBench, pageAnswer, statusAnswer, withCrawl } from "../../../../helpers/worker/crawl-bench.ts";

const minute = 60_000;
const paths = (count: number) => Array.from({ length: count }, (_, i) => `/p/${i}`);

interface Run {
  /** Requests for pages. */
  readonly asked: number;
  readonly minutes: number;
}

/** Answers whatever the crawl asks for until it has nothing left to do; in between time passes, and the object is thrown out of memory. */
async function drive(bench: CrawlBench, answerOf: (task: CrawlTask) => TaskReport): Promise<Run> {
  const begunAt = bench.now;
  let asked = 0;
  for (let rounds = 0; bench.crawl.wakeAt() !== "ended"; rounds++) {
    if (rounds > 20_000) throw new Error(`the crawl does not end: ${JSON.stringify(bench.state())}`);
    bench.reopen();
    await bench.ring();
    const tasks = bench.take();
    asked += tasks.filter(({ kind }) => kind === "page").length;
    if (tasks.length > 0) await bench.crawl.report(tasks.map((task) => (task.kind === "page" ? answerOf(task) : absentAnswer(task))));
    const wake = bench.crawl.wakeAt();
    if (wake !== "ended") bench.now = Math.max(bench.now, wake);
  }
  return { asked, minutes: (bench.now - begunAt) / minute };
}

/** The start page answers and leads to `links`; every other page is answered by `answerOf`. */
const startingWith =
  (links: readonly string[], answerOf: (task: CrawlTask) => TaskReport) =>
  (task: CrawlTask): TaskReport =>
    task.url === "https://example.com/" ? pageAnswer(task, links) : answerOf(task);

const noAnswer = (task: CrawlTask): TaskReport => pageAnswer(task, [], { ...failedFacts("timeout"), url: task.url });

describe("a host that answers nothing any more", () => {
  it.each<{ what: string; rate: number | null; answerOf: (task: CrawlTask) => TaskReport; minutes: number; asked: number }>([
    { what: "429 with Retry-After, at two requests a second", rate: 2, answerOf: (task) => statusAnswer(task, 429, minute), minutes: 10, asked: 15 },
    { what: "503, at two requests a second", rate: 2, answerOf: (task) => statusAnswer(task, 503), minutes: 3, asked: 40 },
    { what: "503, at fifty requests a second", rate: 50, answerOf: (task) => statusAnswer(task, 503), minutes: 3, asked: 600 },
    { what: "503, without spacing", rate: null, answerOf: (task) => statusAnswer(task, 503), minutes: 3, asked: 1_900 },
    { what: "429 with Retry-After, without spacing", rate: null, answerOf: (task) => statusAnswer(task, 429, minute), minutes: 5, asked: 600 },
    { what: "nothing at all, at two requests a second", rate: 2, answerOf: noAnswer, minutes: 3, asked: 40 },
    { what: "nothing at all, at one request in thirty seconds", rate: 1 / 30, answerOf: noAnswer, minutes: 10, asked: 20 },
  ])("is left alone: $what", ({ rate, answerOf, minutes, asked }) =>
    withCrawl({ maxPages: 1_000, rate }, async (bench) => {
      const run = await drive(bench, startingWith(paths(900), answerOf));
      expect(run.minutes).toBeLessThan(minutes);
      expect(run.asked).toBeLessThan(asked);
      expect(await bench.auditRow()).toMatchObject({ status: "completed", discovered: 901, abandoned_origins: '["https://example.com"]' });
      // What was not asked is not called blocked by robots.txt.
      expect(bench.sql.exec("SELECT count(*) AS n FROM finding WHERE rule_id = 'robots-blocked'").one()).toEqual({ n: 0 });
    }),
  );

  it("is asked on when it recovers in time: few pages are lost", () =>
    withCrawl({ maxPages: 1_000, rate: 2 }, async (bench) => {
      const downUntil = bench.now + 1.5 * minute;
      await drive(
        bench,
        startingWith(paths(100), (task) => (bench.now < downUntil ? statusAnswer(task, 503) : pageAnswer(task))),
      );
      expect(await bench.auditRow()).toMatchObject({ status: "completed", discovered: 101, fetched: 101, abandoned_origins: null });
      expect(Number(bench.sql.exec("SELECT count(*) AS n FROM page WHERE status = 503").one().n)).toBeLessThan(15);
    }));

  it("is asked on while one page in five answers", () =>
    withCrawl({ maxPages: 1_000, rate: 2 }, async (bench) => {
      await drive(
        bench,
        startingWith(paths(100), (task) => (task.id % 5 === 0 ? pageAnswer(task) : statusAnswer(task, 503))),
      );
      expect(await bench.auditRow()).toMatchObject({ status: "completed", fetched: 101, abandoned_origins: null });
    }));

  it("is left alone for good while its twin is crawled to its end", () =>
    withCrawl({ maxPages: 1_000, rate: 2 }, async (bench) => {
      const twin = (path: string) => `https://www.example.com${path}`;
      let askedInVain = 0;
      const run = await drive(
        bench,
        startingWith([...paths(50), twin("/t/0")], (task) => {
          // Each page of the twin leads to the next one, and to one more page of the host that says nothing.
          const turn = Number(/\/t\/(\d+)$/.exec(task.url)?.[1] ?? Number.NaN);
          if (!Number.isNaN(turn)) return pageAnswer(task, turn < 60 ? [twin(`/t/${turn + 1}`), `/new/${turn}`] : []);
          askedInVain += 1;
          return statusAnswer(task, 503);
        }),
      );
      expect(await bench.auditRow()).toMatchObject({ status: "completed", abandoned_origins: '["https://example.com"]' });
      expect(run.asked - askedInVain).toBe(1 + 61);
      const states = bench.sql.exec(
        "SELECT state, count(*) AS n FROM url WHERE url LIKE 'https://example.com/_%/%' AND kind = 'page' GROUP BY state ORDER BY state",
      );
      expect(states.toArray().map(({ state }) => state)).toEqual(["done", "unasked"]);
    }));
});

describe("a start page that was never asked for", () => {
  it("because only sitemaps were, and none answered, fails the audit with what to do", () =>
    withCrawl({ rate: 2 }, async (bench) => {
      await bench.ring();
      const names = Array.from({ length: 20 }, (_, i) => `Sitemap: https://example.com/map-${i}.xml`).join("\n");
      const facts = {
        origin: "https://example.com",
        url: "https://example.com/robots.txt",
        outcome: "found",
        status: 200,
        bytes: 1,
        body: names,
        problems: [],
      } as const;
      const [robots] = bench.take();
      if (robots === undefined) throw new Error("robots.txt was not asked for");
      await bench.crawl.report([{ kind: "robots", id: robots.id, attempt: 1, facts, retry: null }]);
      for (let rounds = 0; bench.crawl.wakeAt() !== "ended" && rounds < 1_000; rounds++) {
        await bench.ring();
        await bench.crawl.report(
          bench.take().map(({ id, attempt, url }) => {
            const sitemap = { url, source: "robots", outcome: "invalid", status: 503, entries: 0, problem: "The server answered 503." } as const;
            return { kind: "sitemap", id, attempt, facts: sitemap, sitemaps: [], retry: { afterMs: minute } };
          }),
        );
        const wake = bench.crawl.wakeAt();
        if (wake !== "ended") bench.now = Math.max(bench.now, wake);
      }
      expect(await bench.auditRow()).toMatchObject({ status: "failed", error_code: "host_stopped_answering" });
      expect((await bench.auditRow()).error_message).toContain("Wait a while");
    }));
});
