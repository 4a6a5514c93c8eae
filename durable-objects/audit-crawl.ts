import { DurableObject } from "cloudflare:workers";
import { type AnalysisMessage, type Crawl, type CrawlProgress, type CrawlStart, createCrawl, type Gone, type TaskReport } from "../shared/audits/index.ts";
import { databaseFor } from "../shared/db/client.ts";
import { createAuditTeller, type ProgressPublisher } from "../shared/live/index.ts";
import { createLog, dayMs, reportFault, sendEvents } from "../shared/platform/index.ts";
import { liveOf } from "./stubs.ts";

/** Facts outlive the audit this long, so that a question about a finding can still be answered from them. */
const retentionMs = 7 * dayMs;

/** One per audit: its frontier and its page facts. Storage, alarm and RPC only; what happens is decided in `shared/audits/crawl`. */
export class AuditCrawl extends DurableObject<Env> {
  readonly #crawl: Crawl;
  /** Tells followers; nothing here waits for it. */
  readonly #teller: ProgressPublisher;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    const outbox: string[] = [];
    this.#crawl = createCrawl({
      sql: ctx.storage.sql,
      transact: (work) => ctx.storage.transactionSync(work),
      send: async (messages: AnalysisMessage[]) => void (await this.env.ANALYSIS.sendBatch(messages.map((body) => ({ body })))),
      projection: ({ auditId, workspaceId }) => ({ db: databaseFor(this.env, workspaceId), auditId, workspaceId, now: Date.now, outbox }),
      announce: (workspaceId) => sendEvents(this.env.EVENTS, workspaceId, outbox.splice(0)),
      now: Date.now,
      random: Math.random,
    });
    const tellerDeps = { live: liveOf(env), now: Date.now, wait: (ms: number) => scheduler.wait(ms), log: createLog() };
    this.#teller = createAuditTeller(tellerDeps, () => this.#crawl.snapshot());
  }

  /** Accepts the crawl; doing it again changes nothing. */
  async start(start: CrawlStart): Promise<void> {
    this.#crawl.start(start);
    await this.#arm();
  }

  async report(reports: readonly TaskReport[]): Promise<Gone | "taken"> {
    const answer = await this.#crawl.report(reports);
    if (answer !== "taken") return answer;
    await this.#arm();
    this.ctx.waitUntil(this.#teller.changed());
    return answer;
  }

  progress(): CrawlProgress | Gone {
    return this.#crawl.progress();
  }

  /** As `progress`, for somebody who is told of changes from now on. */
  watch(): CrawlProgress | Gone {
    this.#teller.watched();
    return this.#crawl.progress();
  }

  /** Writes what was found so far to the database; done before a cancellation, which ends all writing. */
  flush(): Promise<void> {
    return this.#crawl.flush();
  }

  /** Wakes a crawl whose alarm was lost. */
  async resume(): Promise<Gone | "running"> {
    if (this.#crawl.progress() === "gone") return "gone";
    await this.ctx.storage.setAlarm(Date.now());
    return "running";
  }

  /** Forgets everything, at once: the audit was cancelled or deleted. */
  async clear(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
    // The instance still believes in the crawl it held; the next call gets a new one.
    this.ctx.abort("cleared");
  }

  override async alarm(): Promise<void> {
    if (this.#crawl.wakeAt() === "ended") return await this.ctx.storage.deleteAll();
    try {
      await this.#crawl.work();
    } catch (cause) {
      reportFault({ env: this.env, context: this.ctx }, "crawl alarm failed", cause, { domain: "audits" });
      this.#crawl.noteFailure();
    }
    const next = await this.#arm();
    this.ctx.waitUntil(next === "ended" ? this.#teller.ended() : this.#teller.changed());
  }

  /** An alarm is kept when it comes early enough: setting it is a billed write. */
  async #arm(): Promise<"ended" | "goes on"> {
    const wake = this.#crawl.wakeAt();
    const at = wake === "ended" ? Date.now() + retentionMs : wake;
    const armed = await this.ctx.storage.getAlarm();
    if (armed === null || at < armed || wake === "ended") await this.ctx.storage.setAlarm(at);
    return wake === "ended" ? "ended" : "goes on";
  }
}
