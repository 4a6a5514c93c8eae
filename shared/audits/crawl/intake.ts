import { crawlDelaySeconds, parseRobots, robotsSitemaps } from "../robots/index.ts";
import type { CrawlRecord } from "./crawl-record.ts";
import { type CrawlState, crawlerName } from "./crawl-state.ts";
import { unlinkedDepth } from "./discovery.ts";
import type { FactsStore, JudgedPage } from "./facts-store.ts";
import type { Frontier, Leased } from "./frontier.ts";
import { healthAfter, nextLookAt, type Sound, soundOf } from "./host-patience.ts";
import { rateWithCrawlDelay, slotAfter } from "./release.ts";
import { retryAt } from "./retry-policy.ts";
import type { PageReport, RobotsReport, SitemapReport, TaskReport } from "./task-report.ts";

type FinalReport = PageReport | RobotsReport | SitemapReport;

interface IntakeDeps {
  readonly record: CrawlRecord;
  readonly store: FactsStore;
  readonly frontier: Frontier;
  /** Takes what the page rules said of a page whose result counts; written by the caller, many pages at a time. */
  readonly judged: (page: JudgedPage) => void;
  readonly now: () => number;
  readonly random: () => number;
}

/**
 * Takes in one report; call it in a transaction. The first result of an address counts, whichever lease it comes from; later ones
 * find the address settled. Only a failure must come from the newest lease: an older one has a successor that may still succeed.
 */
export function takeIn(deps: IntakeDeps, state: CrawlState, report: TaskReport): void {
  const { frontier, store } = deps;
  const leased = frontier.find(report.id, report.attempt);
  if (leased === null) return;
  if (report.kind === "sitemap-pages") {
    frontier.admit(report.urls, "sitemap");
    return;
  }
  if (report.retry !== null && !leased.isNewest) return;
  const noted = noteHealth(deps, state, report, leased);
  if (report.retry !== null && postpone(deps, noted, report, leased)) return;
  switch (report.kind) {
    case "page":
      takePage(deps, noted, report, leased);
      break;
    case "robots":
      takeRobots(deps, noted, report, leased);
      break;
    case "sitemap":
      store.addSitemap(report.id, report.facts);
      frontier.admitSitemaps(report.sitemaps, "index");
      break;
  }
  frontier.settle(report.id);
}

/** Remembers how the host has answered; one that has answered nothing for long enough is left alone for the rest of the crawl. */
function noteHealth({ record, frontier, now }: IntakeDeps, state: CrawlState, report: FinalReport, { origin, isOwn, failures }: Leased): CrawlState {
  if (!isOwn) return state;
  const before = state.health[origin] ?? null;
  const after = healthAfter(before, soundOfReport(report), failures === 0, now());
  if (after === before) return state;
  if (after?.isAbandoned === true) frontier.abandon(origin);
  const { [origin]: _, ...others } = state.health;
  const nextSlotAt = Math.max(state.nextSlotAt, nextLookAt(after, now()) ?? 0);
  return record.save({ health: after === null ? others : { ...others, [origin]: after }, nextSlotAt });
}

function soundOfReport(report: FinalReport): Sound {
  const { status } = report.kind === "page" ? report.row : report.facts;
  return soundOf({ status, isBroken: report.kind === "page" && report.row.outcome === "failed", mayPass: report.retry !== null });
}

/** Puts a failed address back for later, unless it has failed often enough to be believed. */
function postpone({ frontier, record, now, random }: IntakeDeps, state: CrawlState, report: FinalReport, leased: Leased): boolean {
  // Another host's sitemap is asked for once, and does not set our pace.
  if (!leased.isOwn || state.health[leased.origin]?.isAbandoned === true) return false;
  const afterMs = report.retry?.afterMs ?? null;
  const again = retryAt(now(), leased.failures + 1, afterMs, random);
  if (again === null) return false;
  frontier.postpone(report.id, again);
  // A server that says when to come back means all of its pages.
  if (afterMs !== null) record.save({ nextSlotAt: Math.max(state.nextSlotAt, again) });
  return true;
}

function takePage({ frontier, store, record, judged }: IntakeDeps, state: CrawlState, report: PageReport, leased: Leased): void {
  const { row, links, requests } = report;
  const depth = Math.min(leased.depth + 1, unlinkedDepth);
  frontier.admit(links, { depth });
  if (row.redirectTo !== null) frontier.admit([row.redirectTo], { depth: leased.depth });
  if (row.canonical !== null) frontier.admit([row.canonical], { depth });
  const { url } = leased;
  const page = { id: report.id, seq: state.fetched + state.failed + 1, url, depth: leased.depth, isStart: url === state.url, links: frontier.idsOf(links) };
  store.addPage(page, row);
  judged({ id: report.id, judgement: report.judgement });
  const isFailure = row.outcome === "failed";
  const isPage = isFailure || row.outcome === "html" || (row.status ?? 0) >= 400;
  record.save({
    fetched: state.fetched + (isFailure ? 0 : 1),
    failed: state.failed + (isFailure ? 1 : 0),
    spent: state.spent + (isPage ? 1 : 0),
    currentUrl: url,
    // Every redirect was a request to the host, too.
    nextSlotAt: slotAfter(state.nextSlotAt, state.nextSlotAt, state.rate, requests - 1),
  });
}

function takeRobots({ frontier, store, record }: IntakeDeps, state: CrawlState, { facts }: RobotsReport, leased: Leased): void {
  store.addRobots(leased.origin, facts);
  const robots = parseRobots(facts.body);
  record.save({ rate: rateWithCrawlDelay(state.rate, crawlDelaySeconds(robots, [crawlerName])) });
  const { origin } = new URL(state.url);
  if (leased.origin !== origin) return;
  // Nothing may be fetched where robots.txt cannot be read, and a server that is silent for it is silent for sitemaps, too.
  if (facts.outcome !== "found" && facts.outcome !== "absent") return;
  frontier.admitSitemaps(robotsSitemaps(robots, origin), "robots");
  frontier.admitSitemaps([`${origin}/sitemap.xml`], "well-known");
}
