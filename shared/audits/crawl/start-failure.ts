import type { CrawlState } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
}

// A type, not an interface: SqlStorage asks for an index signature.
type StartPage = { outcome: string; status: number | null; redirect_to: string | null; error: string | null; code: string | null };

/** Why a crawl that judged no page could not start; null when there is something to report on. */
export function startFailure(sql: SqlStorage, store: FactsStore, state: CrawlState): Failure | null {
  if (sql.exec("SELECT 1 FROM page WHERE outcome = 'html' LIMIT 1").toArray().length > 0) return null;
  const [start] = sql
    .exec<StartPage>(
      `SELECT outcome, status, redirect_to, facts ->> '$.fetch.error.message' AS error, facts ->> '$.fetch.error.code' AS code
       FROM page WHERE is_start = 1 ORDER BY redirect_to IS NOT NULL LIMIT 1`,
    )
    .toArray();
  return start === undefined ? notFetched(store, state) : notJudged(start, new URL(state.url).host);
}

const notHtml: Failure = { code: "start_not_html", message: "The start page is not an HTML page. Start at a page of the site." };

function notJudged({ outcome, status, redirect_to: target, error, code }: StartPage, host: string): Failure | null {
  if (error !== null) return { code: "start_not_reachable", message: `The start page could not be fetched. ${error} ${afterError[code ?? ""] ?? ""}`.trim() };
  if (outcome === "redirect") {
    if (target === null || new URL(target).host === host) return null;
    return { code: "start_redirects_elsewhere", message: `The start page redirects to ${target}, which belongs to another site. Audit that address instead.` };
  }
  if (status === null || status < 400) return notHtml;
  return { code: "start_answers_error", message: `The start page answers ${status}, so there was nothing to audit. ${remedy(status)}` };
}

const checkIt = "Check the address, or try again later.";

/** What to do after each error of a fetch (`FetchFacts`). An address that we refuse comes with its own advice. */
const afterError: Readonly<Record<string, string>> = {
  timeout: "Try again later, or ask whoever runs the site.",
  unreachable: checkIt,
  "too-large": "Start at another page.",
  "redirect-loop": "Correct the redirects, or start at another page.",
  "too-many-redirects": "Start at the address where they lead.",
  malformed: "Ask whoever runs the site to check how its answers are compressed.",
  "not-analysed": "Start the audit again.",
};

function remedy(status: number): string {
  if (status === 401 || status === 403) return "If it needs a password, send it as a request header; if it keeps crawlers out, allow MenthaBot there.";
  if (status === 429) return "Wait a while, then audit it with fewer requests a second, or ask whoever runs the site to let MenthaBot pass.";
  if (status >= 500) return "Try again later, or ask whoever runs the site.";
  return "Check the address, or start at another page.";
}

function notFetched(store: FactsStore, { url, ...state }: CrawlState): Failure | null {
  const { host, origin } = new URL(url);
  if (url === `${origin}/robots.txt`) return notHtml;
  if (state.health[origin]?.isAbandoned === true) {
    return {
      code: "host_stopped_answering",
      message: `The crawl gave up on ${host}: every address it asked for got no response, or "not now" (such as 429 or 503). ${remedy(429)}`,
    };
  }
  const robots = store.robotsOf(origin);
  if (robots?.outcome === "not-analysed") {
    return {
      code: "robots_not_analysed",
      message: `We could not read the robots.txt of ${host}: our process that reads it stopped every time. That is a fault on our side and says nothing about the site. Start the audit again.`,
    };
  }
  if (robots?.outcome === "unreachable") {
    // A server that answers 5xx is a finding (robots-5xx); one that does not answer at all is no site.
    return robots.status === null ? { code: "host_unreachable", message: `The host ${host} could not be found or did not answer. ${checkIt}` } : null;
  }
  return {
    code: "robots_disallowed",
    message: `The robots.txt of ${host} does not allow MenthaBot to fetch the start page. Allow it there, or start at another page.`,
  };
}
