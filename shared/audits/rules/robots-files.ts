import type { RobotsFacts } from "../facts/site-facts.ts";

/** The robots.txt files that could be read. The twins of a host (http/https, www) mostly serve the same text: it is judged once. */
export function distinctRobotsFiles(robots: readonly RobotsFacts[]): readonly RobotsFacts[] {
  const found = robots.filter(({ outcome }) => outcome === "found");
  return found.filter(({ body }, index) => found.findIndex((other) => other.body === body) === index);
}
