import { isAllowed, parseRobots, type Robots } from "../robots/index.ts";
import { crawlerName } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";

/** Whether an address may be fetched. `blocked`: robots.txt closes it. `unasked`: for a reason that is not the site's word. */
export type Admission = "allowed" | "blocked" | "unasked";

/** Whether robots.txt lets us fetch an address. Files are parsed once per instance of the object. */
export function createRobotsGate(store: Pick<FactsStore, "robotsOf">, respectRobots: boolean): (url: string) => Admission {
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
    if (!respectRobots) return "allowed";
    const robots = robotsOf(new URL(url).origin);
    if (typeof robots === "string") return robots;
    return isAllowed(robots, [crawlerName], url) ? "allowed" : "blocked";
  };
}

/** What holds where there is no file to read. */
const withoutFile = { absent: "allowed", unreachable: "blocked", "not-analysed": "unasked" } as const;
