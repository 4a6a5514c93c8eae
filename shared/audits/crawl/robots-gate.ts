import { isAllowed, parseRobots, type Robots } from "../robots/index.ts";
import { crawlerName } from "./crawl-state.ts";
import type { FactsStore } from "./facts-store.ts";

/** Whether robots.txt lets us fetch an address. Files are parsed once per instance of the object. */
export function createRobotsGate(store: FactsStore, respectRobots: boolean): (url: string) => boolean {
  const byOrigin = new Map<string, Robots | "open" | "closed">();

  const robotsOf = (origin: string): Robots | "open" | "closed" => {
    const known = byOrigin.get(origin);
    if (known !== undefined) return known;
    const facts = store.robotsOf(origin);
    // Nothing is released before its robots.txt is known; answering "closed" keeps it so should that ever fail.
    if (facts === null) return "closed";
    const robots = facts.outcome === "found" ? parseRobots(facts.body) : facts.outcome === "absent" ? "open" : "closed";
    byOrigin.set(origin, robots);
    return robots;
  };

  return (url) => {
    if (!respectRobots) return true;
    const robots = robotsOf(new URL(url).origin);
    return robots === "open" || (robots !== "closed" && isAllowed(robots, [crawlerName], url));
  };
}
