import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type Crawl, createCrawl } from "../../../shared/audits/crawl/crawl.ts";
import type { CrawlOptions } from "../../../shared/audits/crawl/crawl-options.ts";
import type { CrawlStart } from "../../../shared/audits/crawl/crawl-state.ts";
import type { AnalysisMessage, CrawlTask } from "../../../shared/audits/crawl/messages.ts";
import { pageReport } from "../../../shared/audits/crawl/page-report.ts";
import type { TaskReport } from "../../../shared/audits/crawl/task-report.ts";
import type { PageFacts } from "../../../shared/audits/facts/page-facts.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { link, pageFacts } from "../unit/page-facts.ts";
import { seedAudit, seedWorkspace } from "./api.ts";
import { crawlOptions } from "./crawl-options.ts";
import { absentRobots } from "./site-facts.ts";

/** A crawl on the SQLite of an object and a real database, with a clock and a queue that the test holds. */
export interface CrawlBench {
  readonly crawl: Crawl;
  readonly sql: SqlStorage;
  readonly auditId: string;
  /** What the crawl's clock says. */
  now: number;
  /** Tasks sent since the last `take`. */
  readonly take: () => CrawlTask[];
  /** From now on: the queue refuses, the database does not answer, transactions are rolled back at their end. */
  readonly broken: { queue: boolean; database: boolean; transactions: boolean };
  /** The crawl as it is after the object was thrown out of memory. */
  readonly reopen: () => Crawl;
  /** Rings the alarm, as often as it is wanted at this very time. Returns how often that was. */
  readonly ring: () => Promise<number>;
  readonly state: () => Record<string, unknown>;
  readonly auditRow: () => Promise<Record<string, unknown>>;
}

const crawlStartUrl = "https://example.com/";
/** More alarms at one time than this are a loop that never ends. */
const maxAlarms = 100;

/** Where the crawl starts, beside its options. */
interface Given extends Partial<CrawlOptions> {
  readonly url?: string;
}

export async function withCrawl({ url = crawlStartUrl, ...options }: Given, use: (bench: CrawlBench) => Promise<void>): Promise<void> {
  const workspace = await seedWorkspace();
  const auditId = await seedAudit(workspace, "queued");
  const start: CrawlStart = { v: 1, auditId, workspaceId: workspace.id, url, options: crawlOptions(options), sealedHeaders: null };
  await runInDurableObject(env.AUDIT_CRAWL.get(env.AUDIT_CRAWL.newUniqueId()), async (_, { storage }) => {
    const sent: AnalysisMessage[] = [];
    const open = (): Crawl =>
      createCrawl({
        sql: storage.sql,
        transact: (work) =>
          storage.transactionSync(() => {
            const result = work();
            if (bench.broken.transactions) throw new Error("rolled back");
            return result;
          }),
        send: async (messages) => {
          if (bench.broken.queue) throw new Error("the queue refuses");
          sent.push(...messages);
        },
        projection: () => {
          if (bench.broken.database) throw new Error("the database does not answer");
          return { db: directoryDatabase(env), auditId, workspaceId: workspace.id, now: () => bench.now, outbox: [] };
        },
        announce: async () => {},
        now: () => bench.now,
        random: () => 0.5,
      });
    const bench: CrawlBench & { crawl: Crawl } = {
      crawl: open(),
      sql: storage.sql,
      auditId,
      now: 1_000_000,
      take: () => sent.splice(0).flatMap(({ tasks }) => tasks),
      broken: { queue: false, database: false, transactions: false },
      reopen: () => {
        bench.crawl = open();
        return bench.crawl;
      },
      async ring() {
        for (let alarms = 0; ; alarms++) {
          const wake = bench.crawl.wakeAt();
          if (wake === "ended" || wake > bench.now) return alarms;
          if (alarms === maxAlarms) throw new Error(`the alarm rings for ever: ${JSON.stringify(bench.state())}`);
          await bench.crawl.work();
        }
      },
      state: () => JSON.parse(storage.sql.exec<{ state: string }>("SELECT state FROM crawl").one().state),
      auditRow: async () => (await env.DB.prepare("SELECT * FROM audits WHERE id = ?").bind(auditId).first()) ?? {},
    };
    bench.crawl.start(start);
    await use(bench);
  });
}

type PageOverrides = NonNullable<Parameters<typeof pageFacts>[0]>;

/** What a consumer says of a healthy page that links to `paths`. */
export function pageAnswer(task: CrawlTask, paths: readonly string[] = [], overrides: PageOverrides = {}): TaskReport {
  const links = paths.map((path) => ({ ...link(new URL(path, crawlStartUrl).href, "A page of this site"), isInternal: true }));
  return answer(task, pageFacts({ url: task.url, html: { links, canonicals: [] }, ...overrides }));
}

/** What a consumer says of an address that answers with a status and nothing to judge. */
export const statusAnswer = (task: CrawlTask, status: number, retryAfterMs: number | null = null): TaskReport =>
  answer(task, pageFacts({ url: task.url, fetch: { outcome: "other", status, finalStatus: status }, html: null }), retryAfterMs);

export function redirectAnswer(task: CrawlTask, to: string, requests = 2): TaskReport {
  const hops = [{ url: task.url, status: 301, location: to }];
  return answer(task, pageFacts({ url: task.url, fetch: { outcome: "redirect", status: 301, hops, finalUrl: to, finalStatus: 200, requests }, html: null }));
}

const answer = (task: CrawlTask, facts: PageFacts, retryAfterMs: number | null = null): TaskReport => pageReport(task, facts, retryAfterMs);

/** What a consumer says where there is no such file. */
export function absentAnswer({ id, attempt, url, kind, source = "index" }: CrawlTask): TaskReport {
  if (kind === "robots") return { kind, id, attempt, facts: { ...absentRobots, origin: new URL(url).origin, url }, retry: null };
  const facts = { url, source, outcome: "absent", status: 404, entries: 0, problem: null } as const;
  return { kind: "sitemap", id, attempt, facts, sitemaps: [], retry: null };
}

/** Brings the crawl to where it asks for pages: robots.txt and the usual sitemap are absent. Returns the first tasks for pages. */
export async function openSite(bench: CrawlBench): Promise<CrawlTask[]> {
  await bench.ring();
  const pages: CrawlTask[] = [];
  for (let looks = 0; looks < 10 && pages.length === 0; looks++) {
    const tasks = bench.take();
    const seeds = tasks.filter(({ kind }) => kind !== "page");
    pages.push(...tasks.filter(({ kind }) => kind === "page"));
    if (seeds.length > 0) await bench.crawl.report(seeds.map(absentAnswer));
    bench.now += 1_000;
    await bench.ring();
  }
  return [...pages, ...bench.take()];
}
