import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import { absentAnswer, type CrawlBench, pageAnswer, redirectAnswer, withCrawl } from "../../../../helpers/worker/crawl-bench.ts";
import { robotsFile } from "../../../../helpers/worker/site-facts.ts";

const pathsOf = (tasks: readonly CrawlTask[]) => tasks.map(({ url }) => new URL(url).pathname).sort();
const only = ["https://example.com/shop/a", "https://example.com/b"];

/** Answers every task until the crawl has ended; returns the paths that were asked for after this. */
async function finish(bench: CrawlBench, answer = pageAnswer): Promise<string[]> {
  const asked: CrawlTask[] = [];
  for (let rounds = 0; bench.crawl.wakeAt() !== "ended"; rounds++) {
    if (rounds > 100) throw new Error(`the crawl does not end: ${JSON.stringify(bench.state())}`);
    await bench.ring();
    const tasks = bench.take();
    asked.push(...tasks);
    if (tasks.length > 0) await bench.crawl.report(tasks.map((task) => (task.kind === "page" ? answer(task) : absentAnswer(task))));
    const wake = bench.crawl.wakeAt();
    if (wake !== "ended") bench.now = Math.max(bench.now, wake);
  }
  return pathsOf(asked);
}

describe("a crawl of some pages only", () => {
  it("fetches robots.txt, the start page and these, and neither what they link to nor a sitemap", () =>
    withCrawl({ only, maxPages: 3 }, async (bench) => {
      expect(await finish(bench, (task) => pageAnswer(task, ["/b", "/c", "/d"]))).toEqual(["/", "/b", "/robots.txt", "/shop/a"]);
    }));

  it("does not follow where one of them redirects to", () =>
    withCrawl({ only, maxPages: 3 }, async (bench) => {
      expect(await finish(bench, (task) => redirectAnswer(task, "https://example.com/elsewhere"))).toEqual(["/", "/b", "/robots.txt", "/shop/a"]);
    }));

  it("fetches pages that lie deeper, or outside the patterns", () =>
    withCrawl({ only, maxPages: 3, maxDepth: 0, include: ["/nothing"], exclude: ["/shop/**"] }, async (bench) => {
      expect(await finish(bench)).toContain("/shop/a");
    }));

  it("of none is one of the start page", () =>
    withCrawl({ only: [], maxPages: 1 }, async (bench) => {
      expect(await finish(bench, (task) => pageAnswer(task, ["/b"]))).toEqual(["/", "/robots.txt"]);
    }));

  it("keeps to robots.txt", () =>
    withCrawl({ only, maxPages: 3 }, async (bench) => {
      await bench.ring();
      const [robots] = bench.take();
      if (robots === undefined) throw new Error("robots.txt was not asked for");
      const facts = robotsFile("User-agent: *\nDisallow: /shop/");
      await bench.crawl.report([{ kind: "robots", id: robots.id, attempt: robots.attempt, facts, retry: null }]);
      expect(pathsOf(bench.take())).toEqual(["/", "/b"]);
    }));

  it("tells nobody that it began, nor how it ended", () =>
    withCrawl({ only, maxPages: 3 }, async (bench) => {
      await finish(bench);
      const { results } = await env.DB.prepare("SELECT type FROM events WHERE data ->> 'auditId' = ?").bind(bench.auditId).all<{ type: string }>();
      expect(results.map(({ type }) => type).filter((type) => type.startsWith("audit."))).toEqual([]);
    }));
});
