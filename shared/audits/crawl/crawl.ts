import { secondMs } from "../../platform/index.ts";
import { claimConfirmation, failConfirmation, publishConfirmation } from "../regression/confirmation.ts";
import type { Counts } from "../schemas.ts";
import { createScope } from "../urls/index.ts";
import { createRecord } from "./crawl-record.ts";
import type { CrawlStart, CrawlState, Stage } from "./crawl-state.ts";
import { createFactsStore, type JudgedPage } from "./facts-store.ts";
import { createFrontier, type Frontier } from "./frontier.ts";
import { abandonedIn } from "./host-patience.ts";
import { takeIn } from "./intake.ts";
import { type JudgeCursor, judgeSlice } from "./judge-site.ts";
import { lostReport } from "./lost-report.ts";
import { type AnalysisMessage, toMessages } from "./messages.ts";
import { claimAudit, failAudit, projectCrawl, publishAudit } from "./project.ts";
import { planRelease, slotAfter } from "./release.ts";
import { createRobotsGate } from "./robots-gate.ts";
import type { ProjectionContext, Standing } from "./standing.ts";
import { startFailure } from "./start-failure.ts";
import { type Gone, gone, type TaskReport } from "./task-report.ts";
import { unprojectedFindings, unprojectedPages } from "./unprojected.ts";

export interface CrawlDeps {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
  /** Sends one batch, which fits into one call of the queue. */
  readonly send: (messages: AnalysisMessage[]) => Promise<void>;
  readonly projection: (state: CrawlState) => ProjectionContext;
  /** Sends what the projection recorded, once it is committed. */
  readonly announce: (workspaceId: string) => Promise<void>;
  readonly now: () => number;
  readonly random: () => number;
}

export interface CrawlProgress {
  readonly discovered: number;
  readonly fetched: number;
  readonly failed: number;
  readonly left: number;
  readonly elapsedMs: number;
  readonly currentUrl: string | null;
  readonly counts: Counts;
}

/** Whose crawl it is, and where it stands. */
export interface CrawlSnapshot {
  readonly auditId: string;
  readonly workspaceId: string;
  readonly progress: CrawlProgress;
}

/** One audit's crawl. Everything it knows is in its tables before anybody is told; the instance itself may vanish at any await. */
export interface Crawl {
  start(start: CrawlStart): void;
  /** Takes in what consumers fetched; releases what may follow. */
  report(reports: readonly TaskReport[]): Promise<Gone | "taken">;
  /** What an alarm is for: leases, politeness, projection, the end. */
  work(): Promise<void>;
  progress(): CrawlProgress | Gone;
  /** As `progress`, also once it has ended; null while there is no crawl, and for a second look, which nobody follows. */
  snapshot(): CrawlSnapshot | null;
  /** Writes what was found so far to the database, for a reader who will not wait. */
  flush(): Promise<void>;
  /** When `work` is wanted next; `ended` when the crawl has nothing to do any more. */
  wakeAt(): number | "ended";
  /** Notes that `work` threw; after eight in a row the audit is failed. */
  noteFailure(): void;
}

/** Pages waiting for D1 that make a projection worth its write, or the time after which fewer will do. */
const projectPages = 200;
const projectEveryMs = 5 * secondMs;
const heartbeatEveryMs = 30 * secondMs;
/** Slices of site-wide judging in one alarm. */
const slicesPerAlarm = 20;
const maxAlarmFailures = 8;
const never = Number.POSITIVE_INFINITY;

/** How a crawl begins and ends in the database: that of an audit that somebody wanted, or of a second look at what got worse. */
interface Writer {
  readonly claim: typeof claimAudit;
  readonly publish: typeof publishAudit;
  readonly fail: typeof failAudit;
}
const wanted: Writer = { claim: claimAudit, publish: publishAudit, fail: failAudit };
const secondLook: Writer = { claim: claimConfirmation, publish: publishConfirmation, fail: failConfirmation };
const writerOf = ({ options }: CrawlState): Writer => (options.only === undefined ? wanted : secondLook);

export function createCrawl(deps: CrawlDeps): Crawl {
  const { sql, now } = deps;
  const record = createRecord(sql);
  const store = createFactsStore(sql);
  let frontier: Frontier | null = null;

  const openFrontier = ({ url, options }: CrawlState): Frontier => {
    const mayFetch = createRobotsGate(store, { url, options });
    return createFrontier({
      sql,
      options,
      scope: createScope({ startUrl: url, include: options.include, exclude: options.exclude }),
      admission: (url) => (record.state?.health[new URL(url).origin]?.isAbandoned === true ? "unasked" : mayFetch(url)),
    });
  };
  const frontierOf = (state: CrawlState): Frontier => {
    frontier ??= openFrontier(state);
    return frontier;
  };

  /** A transaction that is rolled back takes what memory believed of it along. */
  const transact = <T>(work: () => T): T => {
    try {
      return deps.transact(work);
    } catch (error) {
      record.reload();
      frontier = null;
      throw error;
    }
  };

  const takeInAll = (reports: readonly TaskReport[]): void =>
    transact(() => {
      const judged: JudgedPage[] = [];
      record.together(() => {
        for (const report of reports) {
          const { state } = record;
          if (state === null) return;
          takeIn({ record, store, frontier: frontierOf(state), judged: (page) => judged.push(page), now, random: deps.random }, state, report);
        }
      });
      if (judged.length > 0) store.addJudgements(judged);
    });

  const release = ({ rate, nextSlotAt }: CrawlState, outstanding: number) => planRelease({ now: now(), rate, nextSlotAt, outstanding });

  const dispatch = async (): Promise<void> => {
    const batches = transact(() => {
      const { state } = record;
      if (state?.stage !== "crawling") return [];
      const { count } = release(state, frontierOf(state).outstanding());
      const tasks = count === 0 ? [] : frontierOf(state).lease(count, state, now());
      if (tasks.length > 0) record.save({ nextSlotAt: slotAfter(now(), state.nextSlotAt, state.rate, tasks.length) });
      return toMessages(state, tasks);
    });
    // The leases are stored: a send that fails only delays them until they are taken back.
    for (const batch of batches) await deps.send(batch);
  };

  /** Nothing is fetched any more, so nobody needs the credentials. */
  const end = (): void => void record.save({ stage: "ended", sealedHeaders: null });

  const project = async (state: CrawlState): Promise<Standing> => {
    const pages = unprojectedPages(sql, state.projectedPage);
    const found = unprojectedFindings(sql, state.projectedFinding);
    const { fetched, failed, health } = state;
    const abandonedOrigins = abandonedIn(health);
    const numbers = { discovered: frontierOf(state).discovered(), fetched, failed, counts: store.findingCounts(), abandonedOrigins };
    const standing = await projectCrawl(deps.projection(state), { startUrl: state.url, pages, found, numbers });
    if (standing === "lost") end();
    else {
      // A flush may have come further meanwhile: a cursor never goes back.
      const { projectedPage, projectedFinding } = record.state ?? state;
      record.save({
        projectedPage: Math.max(projectedPage, pages.at(-1)?.ordinal ?? 0),
        projectedFinding: Math.max(projectedFinding, found.at(-1)?.ordinal ?? 0),
        projectedAt: now(),
      });
    }
    return standing;
  };

  const projectionDueAt = ({ fetched, failed, projectedPage, projectedAt }: CrawlState): number => {
    const waiting = fetched + failed - projectedPage;
    if (waiting >= projectPages) return 0;
    return projectedAt + (waiting > 0 ? projectEveryMs : heartbeatEveryMs);
  };

  /** What an alarm does in each stage. A stage may be entered anew at any time: each step can be repeated. */
  const stages: Record<Stage, (state: CrawlState) => Promise<void>> = {
    async claiming(state) {
      if ((await writerOf(state).claim(deps.projection(state))) === "lost") return end();
      record.save({ stage: "crawling", projectedAt: now() });
      await dispatch();
    },
    async crawling(state) {
      takeInAll(frontierOf(state).expire(now()).map(lostReport));
      await dispatch();
      const latest = record.state ?? state;
      if (projectionDueAt(latest) <= now() && (await project(latest)) === "lost") return;
      if (frontierOf(state).isEmpty(record.state ?? latest)) record.save({ stage: "judging" });
    },
    async judging(state) {
      let cursor: JudgeCursor | null = state;
      for (let slice = 0; slice < slicesPerAlarm && cursor !== null; slice++) {
        const from: JudgeCursor = cursor;
        cursor = transact(() => {
          const next = judgeSlice(sql, store, state.url, from);
          record.save(next ?? { stage: "publishing" });
          return next;
        });
      }
    },
    async publishing(state) {
      if ((await project(state)) === "lost") return;
      const { projectedPage, projectedFinding } = record.state ?? state;
      if (projectedPage !== state.projectedPage || projectedFinding !== state.projectedFinding) return;
      const failure = startFailure(sql, store, state);
      const { publish, fail } = writerOf(state);
      await (failure === null ? publish(deps.projection(state), store.tallies()) : fail(deps.projection(state), failure));
      end();
    },
    async failing(state) {
      await writerOf(state).fail(deps.projection(state), state.failure ?? { code: "internal", message: "The audit could not go on." });
      end();
    },
    async ended() {},
  };

  const progressOf = (state: CrawlState): CrawlProgress => {
    const { fetched, failed, currentUrl, startedAt } = state;
    const { discovered, left } = frontierOf(state);
    return { discovered: discovered(), fetched, failed, left: left(state), elapsedMs: now() - startedAt, currentUrl, counts: store.findingCounts() };
  };

  return {
    start(start) {
      if (record.state !== null) return;
      transact(() => frontierOf(record.start(start, now())).seed(start.url, start.options.only ?? []));
    },

    async report(reports) {
      if (record.state?.stage !== "crawling") return gone;
      takeInAll(reports);
      // A consumer that heard of our failure would fetch again what was just taken in; the alarm finds out for itself.
      await dispatch().catch(() => {});
      return "taken";
    },

    async work() {
      const { state } = record;
      if (state === null) return;
      await stages[state.stage](state);
      if (state.alarmFailures > 0) record.save({ alarmFailures: 0 });
      // Losing these is harmless: the sweep finds the rows.
      await deps.announce(state.workspaceId).catch(() => {});
    },

    progress() {
      const { state } = record;
      return state === null || state.stage === "ended" ? gone : progressOf(state);
    },

    snapshot() {
      const { state } = record;
      return state === null || state.options.only !== undefined
        ? null
        : { auditId: state.auditId, workspaceId: state.workspaceId, progress: progressOf(state) };
    },

    async flush() {
      for (let state = record.state; state !== null && state.stage !== "claiming" && state.stage !== "ended"; ) {
        await project(state);
        const after: CrawlState | null = record.state;
        if (after?.projectedPage === state.projectedPage && after.projectedFinding === state.projectedFinding) return;
        state = after;
      }
    },

    wakeAt() {
      const { state } = record;
      if (state === null || state.stage === "ended") return "ended";
      if (state.alarmFailures > 0) return now() + secondMs * 2 ** Math.min(state.alarmFailures, 9);
      const leases = frontierOf(state);
      const outstanding = leases.outstanding();
      if (state.stage !== "crawling" || (outstanding === 0 && leases.isEmpty(state))) return now();
      const { count, wakeAt } = release(state, outstanding);
      const slot = wakeAt ?? (count > 0 ? now() : never);
      // Asked last and only where it matters: this runs at every report.
      const slotForDue = slot < never && leases.hasDue(state, now()) ? slot : never;
      // Whole milliseconds: an alarm that rings a fraction early would find nothing to do.
      return Math.ceil(Math.max(now(), Math.min(slotForDue, leases.nextDueAt(now()) ?? never, projectionDueAt(state))));
    },

    noteFailure() {
      const { state } = record;
      if (state === null) return;
      const alarmFailures = state.alarmFailures + 1;
      const isHopeless = alarmFailures >= maxAlarmFailures && state.stage !== "failing";
      // Why is in the log: the words of a database are of no use to the person who reads this.
      const failure = { code: "internal", message: "The audit was given up because of a fault on our side. Start it again." };
      record.save(isHopeless ? { alarmFailures, stage: "failing", failure } : { alarmFailures });
    },
  };
}
