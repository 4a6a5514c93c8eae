import { describe, expect, it } from "vitest";
import type { TaskReport } from "../../../../../shared/audits/crawl/task-report.ts";
import { limits } from "../../../../../shared/audits/facts/page-facts.ts";
import { failedFacts } from "../../../../helpers/unit/page-facts.ts";
import { absentAnswer, type CrawlBench, openSite, pageAnswer, redirectAnswer, statusAnswer, withCrawl } from "../../../../helpers/worker/crawl-bench.ts";
import { robotsFile } from "../../../../helpers/worker/site-facts.ts";

async function openAtStart(bench: CrawlBench) {
  const [start] = await openSite(bench);
  if (start === undefined) throw new Error("the start page was not asked for");
  return start;
}

/** Lets the clock run in steps of 100 ms, and says after how many milliseconds something went out. */
async function nextSend(bench: CrawlBench): Promise<number> {
  const from = bench.now;
  for (let steps = 0; steps < 1_200; steps++) {
    await bench.ring();
    if (bench.take().length > 0) return bench.now - from;
    bench.now += 100;
  }
  throw new Error("nothing goes out");
}

/** Answers robots.txt with that text. */
async function openWith(bench: CrawlBench, body: string): Promise<void> {
  await bench.ring();
  const [robots] = bench.take();
  if (robots === undefined) throw new Error("robots.txt was not asked for");
  const report: TaskReport = { kind: "robots", id: robots.id, attempt: robots.attempt, facts: robotsFile(body), retry: null };
  await bench.crawl.report([report]);
}

describe("the pace", () => {
  it.each([
    { what: "one page", answer: pageAnswer, waitMs: 500 },
    {
      what: "a chain of five redirects",
      answer: (task: Parameters<typeof redirectAnswer>[0]) => redirectAnswer(task, "https://example.com/end", 6),
      waitMs: 3_000,
    },
  ])("of two requests a second leaves $waitMs ms after $what", ({ answer, waitMs }) =>
    withCrawl({ rate: 2 }, async (bench) => {
      const start = await openAtStart(bench);
      bench.sql.exec("UPDATE crawl SET state = json_set(state, '$.nextSlotAt', ?)", bench.now + 500);
      await bench.reopen().report([answer(start)]);
      bench.sql.exec(
        "INSERT INTO url (url, kind, origin, prefix, depth, state) VALUES ('https://example.com/x', 'page', 'https://example.com', '/', 1, 'waiting')",
      );
      expect(await nextSend(bench)).toBe(waitMs);
    }),
  );

  it("is not set by another host, whose sitemap is asked for once", () =>
    withCrawl({ rate: 2 }, async (bench) => {
      await openWith(bench, "Sitemap: https://other.example.net/sitemap.xml");
      const sent = [];
      for (let steps = 0; steps < 20; steps++) {
        await bench.ring();
        sent.push(...bench.take());
        bench.now += 500;
      }
      const foreign = sent.find(({ url }) => url.startsWith("https://other.example.net/"));
      const facts = { url: foreign?.url ?? "", source: "robots", outcome: "invalid", status: 429, entries: 0, problem: "the server answered 429" } as const;
      await bench.crawl.report([{ kind: "sitemap", id: foreign?.id ?? 0, attempt: 1, facts, sitemaps: [], retry: { afterMs: 60_000 } }]);
      expect(bench.sql.exec("SELECT state FROM url WHERE id = ?", foreign?.id ?? 0).one().state).toBe("done");
      expect(JSON.parse(bench.sql.exec<{ state: string }>("SELECT state FROM crawl").one().state).nextSlotAt).toBeLessThan(bench.now + 30_000);
    }));

  it("stops for the whole host as long as one page's Retry-After says", () =>
    withCrawl({ rate: 2 }, async (bench) => {
      await bench.crawl.report([pageAnswer(await openAtStart(bench), ["/a", "/b", "/c"])]);
      await nextSend(bench);
      const [out] = bench.sql.exec<{ id: number }>("SELECT id FROM url WHERE state = 'leased'").toArray();
      const task = { id: out?.id ?? 0, attempt: 1, kind: "page", url: "https://example.com/a" } as const;
      await bench.crawl.report([statusAnswer(task, 429, 20_000)]);
      expect(await nextSend(bench)).toBe(20_000);
    }));

  it("stops for a minute at most", () =>
    withCrawl({ rate: 2 }, async (bench) => {
      await bench.crawl.report([statusAnswer(await openAtStart(bench), 503, Number.POSITIVE_INFINITY)]);
      expect(await nextSend(bench)).toBe(60_000);
    }));

  it("is slowed down by the Crawl-delay of any origin of the site", () =>
    withCrawl({ rate: 2 }, async (bench) => {
      await bench.crawl.report([redirectAnswer(await openAtStart(bench), "https://www.example.com/")]);
      await bench.ring();
      bench.now += 5_000;
      await bench.ring();
      const [robots] = bench.take();
      expect(robots).toMatchObject({ kind: "robots", url: "https://www.example.com/robots.txt" });
      const facts = robotsFile("User-agent: *\nCrawl-delay: 10", { origin: "https://www.example.com" });
      await bench.crawl.report([{ kind: "robots", id: robots?.id ?? 0, attempt: 1, facts, retry: null }]);
      expect(bench.state()).toMatchObject({ rate: 0.1 });
    }));
});

describe("the budget", () => {
  type Task = Parameters<typeof pageAnswer>[0];
  it.each([
    { what: "a page", answer: (task: Task) => pageAnswer(task), spent: 1 },
    { what: "an error page", answer: (task: Task) => statusAnswer(task, 404), spent: 1 },
    { what: "a page that does not answer", answer: (task: Task) => pageAnswer(task, [], { ...failedFacts("malformed"), url: task.url }), spent: 1 },
    { what: "a redirect", answer: (task: Task) => redirectAnswer(task, "https://example.com/end"), spent: 0 },
    { what: "a file", answer: (task: Task) => statusAnswer(task, 200), spent: 0 },
  ])("is charged $spent for $what", ({ answer, spent }) =>
    withCrawl({}, async (bench) => {
      await bench.crawl.report([answer(await openAtStart(bench))]);
      expect(bench.state()).toMatchObject({ spent });
    }),
  );
});

describe("robots.txt", () => {
  it("names sitemaps, beside which the usual place is looked at", () =>
    withCrawl({}, async (bench) => {
      await openWith(bench, "Sitemap: /my.xml\nSitemap: https://cdn.example/s.xml");
      expect(bench.take().map(({ url, source }) => `${source} ${url}`)).toEqual([
        "robots https://example.com/my.xml",
        "robots https://cdn.example/s.xml",
        "well-known https://example.com/sitemap.xml",
        "undefined https://example.com/",
      ]);
    }));

  it("that closes the start page fails the audit with what to do", () =>
    withCrawl({}, async (bench) => {
      await openWith(bench, "User-agent: *\nDisallow: /");
      await bench.crawl.report(bench.take().map(absentAnswer));
      bench.now += 60_000;
      await bench.ring();
      expect(await bench.auditRow()).toMatchObject({ status: "failed", error_code: "robots_disallowed" });
    }));
});

describe("the start page", () => {
  const isStart = (bench: CrawlBench, path: string) => bench.sql.exec("SELECT is_start FROM page WHERE url = ?", `https://example.com${path}`).one().is_start;

  it("is also what its redirect leads to", () =>
    withCrawl({}, async (bench) => {
      await bench.crawl.report([redirectAnswer(await openAtStart(bench), "https://example.com/en")]);
      await bench.crawl.report(bench.take().map((task) => pageAnswer(task, ["/other"])));
      await bench.crawl.report(bench.take().map((task) => pageAnswer(task)));
      expect([isStart(bench, "/"), isStart(bench, "/en"), isStart(bench, "/other")]).toEqual([1, 1, 0]);
    }));

  it("is also what its redirect leads to when the sitemap led there first", () =>
    withCrawl({}, async (bench) => {
      const start = await openAtStart(bench);
      bench.sql.exec("UPDATE url SET state = 'leased', kind = 'sitemap' WHERE url LIKE '%sitemap.xml'");
      const [sitemap] = bench.sql.exec<{ id: number }>("SELECT id FROM url WHERE kind = 'sitemap'").toArray();
      await bench.crawl.report([{ kind: "sitemap-pages", id: sitemap?.id ?? 0, attempt: 1, urls: ["https://example.com/en"] }]);
      await bench.crawl.report(bench.take().map((task) => pageAnswer(task)));
      await bench.crawl.report([redirectAnswer(start, "https://example.com/en")]);
      expect([isStart(bench, "/"), isStart(bench, "/en")]).toEqual([1, 1]);
    }));
});

describe("an audit that judged nothing", () => {
  it.each([
    {
      why: "start_redirects_elsewhere",
      url: "https://example.com/",
      answer: (task: Parameters<typeof redirectAnswer>[0]) => redirectAnswer(task, `https://example.org/${"x".repeat(9_000)}`),
    },
    { why: "start_not_html", url: "https://example.com/", answer: (task: Parameters<typeof redirectAnswer>[0]) => statusAnswer(task, 200) },
    { why: "start_not_html", url: "https://example.com/robots.txt", answer: absentAnswer },
  ])("says $why in a sentence that the API may show, when it started at $url", ({ url, answer, why }) =>
    withCrawl({ url }, async (bench) => {
      await bench.crawl.report((await openSite(bench)).map(answer));
      bench.now += 60_000;
      await bench.ring();
      const row = await bench.auditRow();
      expect(row).toMatchObject({ status: "failed", error_code: why });
      expect(String(row.error_message).length).toBeLessThanOrEqual(2_000);
    }),
  );
});

describe("hostile pages", () => {
  const long = (n: number) => `https://example.com/${n}/${"x".repeat(limits.urlCharacters - 40)}`;

  it("are reported and stored within what one call, one parameter and one row may hold", () =>
    withCrawl({ maxPages: 5_000 }, async (bench) => {
      const start = await openAtStart(bench);
      const report = pageAnswer(
        start,
        Array.from({ length: limits.links }, (_, n) => long(n)),
      );
      expect(JSON.stringify(report).length).toBeLessThan(32_000_000 / 8);
      const biggest: number[] = [];
      const exec = bench.sql.exec.bind(bench.sql);
      bench.sql.exec = (query: string, ...bindings: SqlStorageValue[]) => {
        biggest.push(...bindings.map((value) => (typeof value === "string" ? value.length : 0)));
        return exec(query, ...bindings);
      };
      await bench.crawl.report([report]);
      bench.sql.exec = exec;
      expect(Math.max(...biggest)).toBeGreaterThan(1_000);
      expect(Math.max(...biggest)).toBeLessThan(2_000_000);
    }));

  it("never make the crawl ask for an address that no message could carry", () =>
    withCrawl({ maxPages: 5_000 }, async (bench) => {
      const huge = `https://example.com/${"y".repeat(50_000)}`;
      const start = await openAtStart(bench);
      const report = redirectAnswer(start, huge);
      if (report.kind !== "page") throw new Error("not a page");
      await bench.crawl.report([{ ...report, links: [huge], row: { ...report.row, canonical: huge } }]);
      expect(bench.take()).toEqual([]);
      expect(bench.crawl.progress()).toMatchObject({ discovered: 1 });
      expect(report.row.redirectTo?.length).toBe(4_096);
      expect(report.row.facts.length).toBeLessThan(10_000);
    }));
});
