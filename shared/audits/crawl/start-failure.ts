import type { CrawlState } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
}

const notHtml: Failure = { code: "start_not_html", message: "The start page is not an HTML page. Start at a page of the site." };

/** Why a crawl that judged no page could not start; null when there is something to report on. */
export function startFailure(sql: SqlStorage, store: FactsStore, state: CrawlState): Failure | null {
  if (sql.exec("SELECT 1 FROM page WHERE outcome = 'html' LIMIT 1").toArray().length > 0) return null;
  const { host, origin } = new URL(state.url);
  const [start] = sql
    .exec<{ outcome: string; redirect_to: string | null; facts: string }>("SELECT outcome, redirect_to, facts FROM page WHERE url = ?", state.url)
    .toArray();
  if (start === undefined) return state.url === `${origin}/robots.txt` ? notHtml : notFetched(store, origin, host);
  if (start.outcome === "redirect" && errorOf(start.facts) === "" && start.redirect_to !== null && new URL(start.redirect_to).host !== host) {
    return {
      code: "start_redirects_elsewhere",
      message: `The start page redirects to ${start.redirect_to}, which belongs to another site. Audit that address instead.`,
    };
  }
  if (errorOf(start.facts) !== "") return { code: "start_not_reachable", message: `The start page could not be fetched. ${errorOf(start.facts)}` };
  if (start.outcome === "other" && isFine(start.facts)) {
    return notHtml;
  }
  return null;
}

function notFetched(store: FactsStore, origin: string, host: string): Failure | null {
  const robots = store.robotsOf(origin);
  if (robots?.outcome === "unreachable") {
    // A server that answers 5xx is a finding (robots-5xx); one that does not answer at all is no site.
    return robots.status === null ? { code: "host_unreachable", message: `The host ${host} could not be found or did not answer.` } : null;
  }
  return {
    code: "robots_disallowed",
    message: `The robots.txt of ${host} does not allow MenthaBot to fetch the start page. Allow it there, or start at another page.`,
  };
}

function errorOf(facts: string): string {
  const parsed: unknown = JSON.parse(facts);
  const message = field(field(field(parsed, "fetch"), "error"), "message");
  return typeof message === "string" ? message : "";
}

function isFine(facts: string): boolean {
  const status = field(field(JSON.parse(facts), "fetch"), "status");
  return typeof status === "number" && status < 400;
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
