import fc from "fast-check";
import { expect, it } from "vitest";
import type { CrawlTask } from "../../../../../shared/audits/crawl/messages.ts";
import type { TaskReport } from "../../../../../shared/audits/crawl/task-report.ts";
import { failedFacts } from "../../../../helpers/unit/page-facts.ts";
import { absentAnswer, type CrawlBench, pageAnswer, redirectAnswer, statusAnswer, withCrawl } from "../../../../helpers/worker/crawl-bench.ts";

/** What becomes of a task that was sent: answered, answered twice, answered long after its lease, or lost with its consumer. */
const fates = ["answered", "twice", "late", "lost"] as const;
/** What happens to the crawl between two steps. */
const accidents = ["none", "none", "none", "evicted", "queue", "rollback", "database"] as const;

/** A site in which each page links to two more; some redirect, are broken, do not answer, or fail at first. */
function answer(task: CrawlTask): TaskReport {
  if (task.kind !== "page") return absentAnswer(task);
  const n = Number(new URL(task.url).pathname.slice(1)) || 0;
  if (n % 11 === 7) return redirectAnswer(task, `https://example.com/${n + 1}`);
  if (n % 17 === 3) return pageAnswer(task, [], { ...failedFacts("malformed"), url: task.url });
  if (n % 13 === 9) return statusAnswer(task, 503);
  if (n % 13 === 5 && task.attempt === 1) return statusAnswer(task, 429, 4_000);
  return pageAnswer(task, n > 60 ? [] : [`/${2 * n + 1}`, `/${2 * n + 2}`]);
}

async function step(bench: CrawlBench, accident: (typeof accidents)[number], late: TaskReport[], fate: () => (typeof fates)[number]): Promise<void> {
  if (accident === "evicted") bench.reopen();
  bench.broken.queue = accident === "queue";
  bench.broken.database = accident === "database";
  // After a failure the next alarm is always a while away from now, so it has to be rung.
  const alarm = Number(bench.state().alarmFailures) > 0 ? bench.crawl.work() : bench.ring();
  await alarm.catch(() => bench.crawl.noteFailure());
  bench.broken.transactions = accident === "rollback";
  for (const task of bench.take()) {
    const report = answer(task);
    const becomes = fate();
    if (becomes === "lost") continue;
    if (becomes === "late") late.push(report);
    else await bench.crawl.report(becomes === "twice" ? [report, report] : [report]).catch(() => late.push(report));
  }
  Object.assign(bench.broken, { queue: false, database: false, transactions: false });
}

it("a crawl ends within its budget and keeps its books, whatever happens to consumers, queue, database and memory", async () => {
  const run = fc.record({
    rate: fc.constantFrom(null, 5),
    maxPages: fc.integer({ min: 1, max: 40 }),
    fates: fc.array(fc.constantFrom(...fates), { minLength: 1, maxLength: 30 }),
    accidents: fc.array(fc.constantFrom(...accidents), { maxLength: 30 }),
  });
  await fc.assert(
    fc.asyncProperty(run, ({ rate, maxPages, fates: drawn, accidents: planned }) =>
      withCrawl({ rate, maxPages }, async (bench) => {
        let late: TaskReport[] = [];
        let sent = 0;
        for (let steps = 0; bench.crawl.wakeAt() !== "ended"; steps++) {
          expect(steps, "the crawl does not end").toBeLessThan(3_000);
          // Misfortune has an end: afterwards everything is answered.
          const fate = () => (steps < planned.length ? (drawn[sent++ % drawn.length] ?? "answered") : "answered");
          await step(bench, planned[steps] ?? "none", late, fate);
          const wake = bench.crawl.wakeAt();
          if (wake !== "ended") bench.now = Math.max(bench.now, wake);
          if (steps % 3 === 2 && bench.state().stage === "crawling") await bench.crawl.report(late.splice(0));
          else if (steps > planned.length) late = [];
        }
        const { fetched, failed, spent } = bench.state();
        const seqs = bench.sql.exec("SELECT seq FROM page ORDER BY seq").toArray();
        expect(seqs.map(({ seq }) => seq)).toEqual(seqs.map((_, i) => i + 1));
        expect(Number(fetched) + Number(failed)).toBe(seqs.length);
        expect(spent).toBe(bench.sql.exec("SELECT COUNT(*) AS n FROM page WHERE outcome IN ('html', 'failed') OR status >= 400").one().n);
        expect(spent).toBeLessThanOrEqual(maxPages);
        const judged = bench.sql.exec("SELECT COUNT(*) AS n FROM page WHERE outcome = 'html'").one().n;
        expect(bench.sql.exec("SELECT coalesce((SELECT checked FROM tally WHERE rule_id = 'viewport-missing'), 0) AS n").one().n).toBe(judged);
        expect(bench.sql.exec("SELECT 1 FROM url WHERE state = 'leased'").toArray()).toEqual([]);
        expect(["completed", "failed"]).toContain((await bench.auditRow()).status);
      }),
    ),
    { numRuns: 25 },
  );
}, 120_000);
