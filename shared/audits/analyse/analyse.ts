import { z } from "zod";
import { AppError, type EgressPolicy, egressFetch, narrowTo, retryAfterMs, type Vault } from "../../platform/index.ts";
import type { AnalysisMessage, CrawlTask } from "../crawl/messages.ts";
import { pageReport } from "../crawl/page-report.ts";
import type { Gone, TaskReport } from "../crawl/task-report.ts";
import { fetchPage, pageFetchLimits } from "../facts/fetch-page.ts";
import { type PageFacts, slowTtfbMs } from "../facts/page-facts.ts";
import { createScope, normaliseUrl } from "../urls/index.ts";
import { fetchRobots } from "./fetch-robots.ts";
import { fetchSitemap } from "./fetch-sitemap.ts";
import type { Get } from "./get.ts";

export interface AnalyseDeps {
  /** Of the installation; an audit gets what of it concerns its own start. */
  readonly egress: EgressPolicy;
  readonly vault: Vault;
  readonly now: () => number;
  /** Shared by everything one invocation fetches: a Worker has six outgoing connections. */
  readonly withConnection: <T>(work: () => Promise<T>) => Promise<T>;
  readonly report: (reports: readonly TaskReport[]) => Promise<Gone | "taken">;
}

const OwnHeaders = z.record(z.string(), z.string());

/** Fetches and judges the addresses of one message, and reports them to their crawl. A page that fails is a report, not an error. */
export async function analyse(message: AnalysisMessage, deps: AnalyseDeps): Promise<void> {
  const scope = createScope({ startUrl: message.startUrl, include: [], exclude: [] });
  const own = message.sealedHeaders === null ? {} : OwnHeaders.parse(JSON.parse(await deps.vault.open(message.sealedHeaders, message.auditId)));
  const polite = { "user-agent": message.userAgent, accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
  const policy = narrowTo(deps.egress, message.startUrl);
  const isHttps = URL.parse(message.startUrl)?.protocol === "https:";
  // The user's headers may hold credentials: they go to the audited site and nowhere else, redirects included, and what was given for
  // https never leaves in clear.
  const takesOwn = (target: URL): boolean => scope.contains(target.href) && (target.protocol === "https:" || !isHttps);
  const politeHeaders = new Headers(polite);
  const allHeaders = withOwn(polite, own);
  const headers = (target: URL) => (takesOwn(target) ? allHeaders : politeHeaders);
  const get: Get = (url, limits, onStart = () => {}) =>
    connected(deps.withConnection, (onEnd) => {
      onStart();
      return egressFetch(url, { ...limits, headers, onEnd }, { policy, now: deps.now });
    });

  const slowPages = { left: maxConfirmed };

  const analysePage = async (task: CrawlTask): Promise<TaskReport> => {
    let afterMs: number | null = null;
    const facts = await fetchPage(
      { url: task.url, isStart: task.url === message.startUrl },
      {
        get: async (url, onStart) => {
          const response = await get(url, pageFetchLimits, onStart);
          afterMs = retryAfterMs(response.headers, deps.now());
          return response;
        },
        isInternal: (url) => scope.contains(url),
        normalise: normaliseUrl,
        now: deps.now,
      },
    );
    return pageReport(task, await confirmed(facts, get, slowPages), afterMs);
  };
  const analysts: Record<CrawlTask["kind"], (task: CrawlTask) => Promise<TaskReport>> = {
    page: analysePage,
    robots: (task) => fetchRobots(task, get, deps.now),
    sitemap: (task) => fetchSitemap(task, get, deps),
  };
  try {
    await deps.report(await Promise.all(message.tasks.map((task) => analysts[task.kind](task))));
  } catch (error) {
    // The audit was cancelled while we worked for it: nobody waits for the rest.
    if (!(error instanceof AppError && error.code === "gone")) throw error;
  }
}

/** Holds a connection from the request to the end of its body, and not while what came is read and judged: meanwhile the next may use it. */
function connected<T>(withConnection: AnalyseDeps["withConnection"], ask: (onEnd: () => void) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const hold = (release: () => void): void =>
      void ask(release).then(resolve, (error: unknown) => {
        release();
        reject(error);
      });
    withConnection(() => new Promise<void>(hold)).catch(reject);
  });
}

/** Slow pages of one message that are requested again: a slow server must not be asked for everything twice. */
const maxConfirmed = 2;

/** The facts of a page; those of a slow one with a second measurement, since one slow response says little. */
async function confirmed(facts: PageFacts, get: Get, slowPages: { left: number }): Promise<PageFacts> {
  if (facts.html === null || facts.fetch.ttfbMs <= slowTtfbMs || slowPages.left === 0) return facts;
  slowPages.left -= 1;
  try {
    const { ttfbMs: confirmedTtfbMs, requests, body } = await get(facts.url, pageFetchLimits);
    await body?.cancel();
    return { ...facts, fetch: { ...facts.fetch, confirmedTtfbMs, requests: facts.fetch.requests + requests } };
  } catch {
    // A page that answered before and does not now is not called slow: it is not judged for it.
    return facts;
  }
}

/** A header that the user sets replaces ours, however it is spelled. */
function withOwn(polite: Readonly<Record<string, string>>, own: Readonly<Record<string, string>>): Headers {
  const headers = new Headers(polite);
  for (const [name, value] of Object.entries(own)) headers.set(name, value);
  return headers;
}
