import { isAllowed, parseRobots, type Robots } from "../robots/index.ts";
import type { CrawlOptions } from "./crawl-options.ts";
import { crawlerName } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";

/** Whether an address may be fetched. `blocked`: robots.txt closes it. `unasked`: for a reason that is not the site's word. */
export type Admission = "allowed" | "blocked" | "unasked";

interface Start {
  readonly url: string;
  readonly options: Pick<CrawlOptions, "respectRobots">;
}

/**
 * Whether robots.txt lets us fetch an address. Files are parsed once per instance of the object. An audit that does not respect them ignores
 * those of the host that it starts at (as it stands in addresses: with a port that is not the scheme's own): whoever asked for that has power
 * over this one, and the crawl may get to another, such as the host's www twin.
 */
export function createRobotsGate(store: Pick<FactsStore, "robotsOf">, { url: startUrl, options }: Start): (url: string) => Admission {
  const ignoredHost = options.respectRobots ? null : new URL(startUrl).host;
  const byOrigin = new Map<string, Robots | Admission>();

  const robotsOf = (origin: string): Robots | Admission => {
    const known = byOrigin.get(origin);
    if (known !== undefined) return known;
    const facts = store.robotsOf(origin);
    // Nothing is released before its robots.txt is known; this keeps it so should that ever fail.
    if (facts === null) return "unasked";
    const robots = facts.outcome === "found" ? parseRobots(facts.body) : withoutFile[facts.outcome];
    byOrigin.set(origin, robots);
    return robots;
  };

  return (url) => {
    const { host, origin } = new URL(url);
    if (host === ignoredHost) return "allowed";
    const robots = robotsOf(origin);
    if (typeof robots === "string") return robots;
    return isAllowed(robots, [crawlerName], url) ? "allowed" : "blocked";
  };
}

/** What holds where there is no file to read. */
const withoutFile = { absent: "allowed", unreachable: "blocked", "not-analysed": "unasked" } as const;
