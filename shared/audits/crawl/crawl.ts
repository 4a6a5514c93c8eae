import { secondMs } from "../../platform/index.ts";
import { crawlDelaySeconds, isAllowed, parseRobots, type Robots, robotsSitemaps } from "../robots/index.ts";
import type { Counts } from "../schemas.ts";
import { createScope } from "../urls/index.ts";
import { type CrawlStart, type CrawlState, crawlerName, initialState } from "./crawl-state.ts";
import { createFactsStore, type FactsStore } from "./facts-store.ts";
import { createFrontier, type Frontier, unlinkedDepth } from "./frontier.ts";
import { judgeSlice } from "./judge.ts";
import { lostReport } from "./lost-report.ts";
import { type AnalysisMessage, type CrawlTask, type Gone, gone, type TaskReport } from "./messages.ts";
import { claimAudit, failAudit, type ProjectionContext, projectCrawl, publishAudit, type Standing } from "./project.ts";
import { planRelease, rateWithCrawlDelay, slotAfter } from "./release.ts";
import { retryAt } from "./retry-policy.ts";
import { startFailure } from "./start-failure.ts";
import { tables } from "./tables.ts";
import { unprojectedFindings, unprojectedPages } from "./unprojected.ts";

export interface CrawlDeps {
  readonly sql: SqlStorage;
  /** Runs `work` so that all of its writes are kept, or none. */
  readonly transact: <T>(work: () => T) => T;
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

/** One audit's crawl. Everything it knows is in its tables before anybody is told; the instance itself may vanish at any await. */
export interface Crawl {
  start(start: CrawlStart): void;
  /** Takes in what consumers fetched; releases what may follow. */
  report(reports: readonly TaskReport[]): Promise<Gone | "taken">;
  /** What an alarm is for: leases, politeness, projection, the end. */
  work(): Promise<void>;
  progress(): CrawlProgress | Gone;
  /** When `work` is wanted next; `ended` when the crawl has nothing to do any more. */
  wakeAt(): number | "ended";
  /** Notes that `work` threw; after eight in a row the audit is failed with the reason. */
  noteFailure(message: string): void;
}

/** Unspaced tasks in one message: small enough that a consumer reports often, large enough to share the cost of a report. */
const tasksPerMessage = 8;
/** Pages waiting for D1 that make a projection worth its write, or the time after which fewer will do. */
const projectPages = 200;
const projectEveryMs = 5 * secondMs;
const heartbeatEveryMs = 30 * secondMs;
/** Slices of site-wide judging in one alarm. */
const slicesPerAlarm = 20;
const maxAlarmFailures = 8;

export function createCrawl(deps: CrawlDeps): Crawl {
  const { sql, now } = deps;
  const store: FactsStore = createFactsStore(sql);
  const robotsByOrigin = new Map<string, Robots | "closed" | "open">();
  let state: CrawlState | null = readState(sql);
  let frontier: Frontier | null = null;

  /** A transaction that is rolled back takes what memory believed of it along. */
  const transact = <T>(work: () => T): T => {
    try {
      return deps.transact(work);
    } catch (error) {
      state = readState(sql);
      frontier = null;
      robotsByOrigin.clear();
      throw error;
    }
  };

  const save = (changes: Partial<CrawlState>): CrawlState => {
    if (state === null) throw new Error("a crawl is changed before it is started");
    state = { ...state, ...changes };
    sql.exec("INSERT OR REPLACE INTO crawl (id, state) VALUES (1, ?)", JSON.stringify(state));
    return state;
  };

  const mayFetch = (url: string): boolean => {
    if (state?.options.respectRobots === false) return true;
    const { origin } = new URL(url);
    let robots = robotsByOrigin.get(origin);
    if (robots === undefined) {
      const facts = store.robotsOf(origin);
      if (facts === null) return false;
      robots = facts.outcome === "unreachable" ? "closed" : facts.outcome === "absent" ? "open" : parseRobots(facts.body);
      robotsByOrigin.set(origin, robots);
    }
    return robots === "open" || (robots !== "closed" && isAllowed(robots, [crawlerName], url));
  };

  const frontierOf = (current: CrawlState): Frontier => {
    const { include, exclude } = current.options;
    frontier ??= createFrontier({ sql, options: current.options, scope: createScope({ startUrl: current.url, include, exclude }), isAllowed: mayFetch });
    return frontier;
  };

  const settle = (current: CrawlState, report: TaskReport): void => {
    const leases = frontierOf(current);
    const found = leases.find(report.id, report.attempt);
    if (found === null) return;
    if (report.kind === "sitemap-pages") return leases.admit(report.urls, "sitemap");
    if (report.retry !== null) {
      // A late word from a lease that was taken back: its successor will tell.
      if (!found.current) return;
      const again = retryAt(now(), found.failures + 1, report.retry.afterMs, deps.random);
      if (again !== null) {
        leases.postpone(report.id, again);
        if (report.retry.afterMs !== null) save({ nextSlotAt: Math.max(current.nextSlotAt, again) });
        return;
      }
    }
    if (report.kind === "robots") {
      store.addRobots(found.origin, report.facts);
      if (found.origin === new URL(current.url).origin) seedFromRobots(current, report.facts.body);
    } else if (report.kind === "sitemap") {
      store.addSitemap(report.id, report.facts);
      leases.admitSitemaps(report.sitemaps, "index");
    } else {
      settlePage(current, report, found);
    }
    leases.settle(report.id);
  };

  const seedFromRobots = (current: CrawlState, body: string): void => {
    const robots = parseRobots(body);
    const { origin } = new URL(current.url);
    frontierOf(current).admitSitemaps(robotsSitemaps(robots, origin), "robots");
    frontierOf(current).admitSitemaps([`${origin}/sitemap.xml`], "well-known");
    save({ rate: rateWithCrawlDelay(current.rate, crawlDelaySeconds(robots, [crawlerName])) });
  };

  const settlePage = (current: CrawlState, report: Extract<TaskReport, { kind: "page" }>, found: { url: string; depth: number }): void => {
    const { row, links, requests } = report;
    const leases = frontierOf(current);
    const depth = Math.min(found.depth + 1, unlinkedDepth);
    leases.admit(links, { depth });
    if (row.redirectTo !== null) leases.admit([row.redirectTo], { depth: found.depth });
    if (row.canonical !== null) leases.admit([row.canonical], { depth });
    store.addPage({ id: report.id, seq: current.fetched + current.failed + 1, url: found.url, depth: found.depth, isStart: found.url === current.url }, report);
    const isFailure = row.outcome === "failed";
    const isPage = isFailure || row.outcome === "html" || (row.status ?? 0) >= 400;
    save({
      fetched: current.fetched + (isFailure ? 0 : 1),
      failed: current.failed + (isFailure ? 1 : 0),
      spent: current.spent + (isPage ? 1 : 0),
      currentUrl: found.url,
      nextSlotAt: slotAfter(current.nextSlotAt, current.nextSlotAt, current.rate, requests - 1),
    });
  };

  const settleAll = (reports: readonly TaskReport[]): void =>
    transact(() => {
      for (const report of reports) if (state !== null) settle(state, report);
    });

  const dispatch = async (): Promise<void> => {
    const messages = transact(() => {
      if (state?.stage !== "crawling") return [];
      const leases = frontierOf(state);
      const { count } = planRelease({ now: now(), rate: state.rate, nextSlotAt: state.nextSlotAt, outstanding: leases.outstanding() });
      if (count === 0) return [];
      const { tasks } = leases.lease(count, state, now());
      if (tasks.length > 0) save({ nextSlotAt: slotAfter(now(), state.nextSlotAt, state.rate, tasks.length) });
      return toMessages(state, tasks);
    });
    // The leases are stored: a send that fails only delays them until they are taken back.
    if (messages.length > 0) await deps.send(messages);
  };

  const project = async (current: CrawlState): Promise<Standing> => {
    const pages = unprojectedPages(sql, current.projectedPage);
    const found = unprojectedFindings(sql, current.projectedFinding);
    const numbers = { discovered: frontierOf(current).discovered(), fetched: current.fetched, failed: current.failed, counts: store.findingCounts() };
    const standing = await projectCrawl(deps.projection(current), pages, found, numbers);
    if (standing === "held") {
      save({
        projectedPage: pages.at(-1)?.ordinal ?? current.projectedPage,
        projectedFinding: found.at(-1)?.ordinal ?? current.projectedFinding,
        projectedAt: now(),
      });
    }
    return standing;
  };

  const lag = (current: CrawlState): number => current.fetched + current.failed - current.projectedPage;
  const projectionDueAt = (current: CrawlState): number => {
    if (lag(current) >= projectPages) return 0;
    return current.projectedAt + (lag(current) > 0 ? projectEveryMs : heartbeatEveryMs);
  };

  const end = (): void => void save({ stage: "ended" });

  const stages: Record<CrawlState["stage"], (current: CrawlState) => Promise<void>> = {
    async claiming(current) {
      if ((await claimAudit(deps.projection(current))) === "lost") return end();
      save({ stage: "crawling", projectedAt: now() });
      await dispatch();
    },
    async crawling(current) {
      settleAll(frontierOf(current).expire(now()).map(lostReport));
      await dispatch();
      const latest = state ?? current;
      if (projectionDueAt(latest) <= now() && (await project(latest)) === "lost") return end();
      if (frontierOf(latest).isEmpty(state ?? latest)) save({ stage: "judging" });
    },
    async judging(current) {
      let cursor: { ruleIndex: number; judgedPage: number } | null = current;
      for (let slice = 0; slice < slicesPerAlarm && cursor !== null; slice++) {
        const from: { ruleIndex: number; judgedPage: number } = cursor;
        cursor = transact(() => {
          const next = judgeSlice(sql, store, current.url, from);
          save(next === null ? { stage: "publishing" } : { ruleIndex: next.ruleIndex, judgedPage: next.judgedPage });
          return next;
        });
      }
    },
    async publishing(current) {
      const before = `${current.projectedPage} ${current.projectedFinding}`;
      if ((await project(current)) === "lost") return end();
      if (before !== `${state?.projectedPage} ${state?.projectedFinding}`) return;
      const failure = startFailure(sql, store, current);
      await (failure === null ? publishAudit(deps.projection(current), store.tallies()) : failAudit(deps.projection(current), failure));
      end();
    },
    async failing(current) {
      await failAudit(deps.projection(current), current.failure ?? { code: "internal", message: "The audit could not go on." });
      end();
    },
    async ended() {},
  };

  return {
    start(start) {
      if (state !== null) return;
      sql.exec(tables);
      transact(() => {
        state = initialState(start, now());
        save({});
        frontierOf(state).seed(start.url);
      });
    },

    async report(reports) {
      if (state?.stage !== "crawling") return gone;
      settleAll(reports);
      await dispatch();
      return "taken";
    },

    async work() {
      if (state === null) return;
      const { workspaceId } = state;
      await stages[state.stage](state);
      // Losing these is harmless: the sweep finds the rows.
      await deps.announce(workspaceId).catch(() => {});
      if (state.alarmFailures > 0) save({ alarmFailures: 0 });
    },

    progress() {
      if (state === null || state.stage === "ended") return gone;
      const { fetched, failed, currentUrl, startedAt } = state;
      const leases = frontierOf(state);
      return { discovered: leases.discovered(), fetched, failed, left: leases.left(state), elapsedMs: now() - startedAt, currentUrl, counts: store.findingCounts() };
    },

    wakeAt() {
      if (state === null || state.stage === "ended") return "ended";
      if (state.alarmFailures > 0) return now() + secondMs * 2 ** Math.min(state.alarmFailures, 9);
      if (state.stage !== "crawling" || frontierOf(state).isEmpty(state)) return now();
      const leases = frontierOf(state);
      const { count, wakeAt } = planRelease({ now: now(), rate: state.rate, nextSlotAt: state.nextSlotAt, outstanding: leases.outstanding() });
      const release = wakeAt ?? (count > 0 ? now() : Number.POSITIVE_INFINITY);
      const slot = leases.hasDue(state, now()) ? release : Number.POSITIVE_INFINITY;
      return Math.max(now(), Math.min(slot, leases.nextDueAt(now()) ?? Number.POSITIVE_INFINITY, projectionDueAt(state)));
    },

    noteFailure(message) {
      if (state === null) return;
      const alarmFailures = state.alarmFailures + 1;
      if (alarmFailures < maxAlarmFailures || state.stage === "failing") return void save({ alarmFailures });
      save({ alarmFailures, stage: "failing", failure: { code: "internal", message: `The audit was given up after ${maxAlarmFailures} tries: ${message}` } });
    },
  };
}

function readState(sql: SqlStorage): CrawlState | null {
  // Only `start` makes tables: a message that comes too late must not raise a crawl that was cleared away.
  if (sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'crawl'").toArray().length === 0) return null;
  const [row] = sql.exec<{ state: string }>("SELECT state FROM crawl").toArray();
  return row === undefined ? null : (JSON.parse(row.state) as CrawlState); // written by `save` alone
}

function toMessages(state: CrawlState, tasks: readonly CrawlTask[]): AnalysisMessage[] {
  const { auditId, workspaceId, url, sealedHeaders } = state;
  const messages: AnalysisMessage[] = [];
  for (let i = 0; i < tasks.length; i += tasksPerMessage) {
    messages.push({ v: 1, auditId, workspaceId, startUrl: url, userAgent: state.options.userAgent, sealedHeaders, tasks: tasks.slice(i, i + tasksPerMessage) });
  }
  return messages;
}
