import { crawlDelaySeconds, parseRobots, robotsSitemaps } from "../robots/index.ts";
import type { CrawlRecord } from "./crawl-record.ts";
import { type CrawlState, crawlerName } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";
import { type Frontier, type Leased, unlinkedDepth } from "./frontier.ts";
import { rateWithCrawlDelay, slotAfter } from "./release.ts";
import { retryAt } from "./retry-policy.ts";
import type { PageReport, RobotsReport, SitemapReport, TaskReport } from "./task-report.ts";

interface IntakeDeps {
  readonly record: CrawlRecord;
  readonly store: FactsStore;
  readonly frontier: Frontier;
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
  if (report.retry !== null && (!leased.isNewest || postpone(deps, state, report, leased))) return;
  switch (report.kind) {
    case "page":
      takePage(deps, state, report, leased);
      break;
    case "robots":
      takeRobots(deps, state, report, leased);
      break;
    case "sitemap":
      store.addSitemap(report.id, report.facts);
      frontier.admitSitemaps(report.sitemaps, "index");
      break;
  }
  frontier.settle(report.id);
}

/** Puts a failed address back for later, unless it has failed often enough to be believed. */
function postpone(
  { frontier, record, now, random }: IntakeDeps,
  state: CrawlState,
  report: PageReport | RobotsReport | SitemapReport,
  leased: Leased,
): boolean {
  // Another host's sitemap is asked for once, and does not set our pace.
  if (!leased.isOwn) return false;
  const afterMs = report.retry?.afterMs ?? null;
  const again = retryAt(now(), leased.failures + 1, afterMs, random);
  if (again === null) return false;
  frontier.postpone(report.id, again);
  // A server that says when to come back means all of its pages.
  if (afterMs !== null) record.save({ nextSlotAt: Math.max(state.nextSlotAt, again) });
  return true;
}

function takePage({ frontier, store, record }: IntakeDeps, state: CrawlState, report: PageReport, leased: Leased): void {
  const { row, links, requests } = report;
  const depth = Math.min(leased.depth + 1, unlinkedDepth);
  frontier.admit(links, { depth });
  if (row.redirectTo !== null) frontier.admit([row.redirectTo], { depth: leased.depth });
  if (row.canonical !== null) frontier.admit([row.canonical], { depth });
  store.addPage({ id: report.id, seq: state.fetched + state.failed + 1, url: leased.url, depth: leased.depth, isStart: leased.url === state.url }, report);
  const isFailure = row.outcome === "failed";
  const isPage = isFailure || row.outcome === "html" || (row.status ?? 0) >= 400;
  record.save({
    fetched: state.fetched + (isFailure ? 0 : 1),
    failed: state.failed + (isFailure ? 1 : 0),
    spent: state.spent + (isPage ? 1 : 0),
    currentUrl: leased.url,
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
  frontier.admitSitemaps(robotsSitemaps(robots, origin), "robots");
  frontier.admitSitemaps([`${origin}/sitemap.xml`], "well-known");
}
