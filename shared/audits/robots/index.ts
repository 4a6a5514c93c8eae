export { crawlDelaySeconds, isAllowed, matchingRule, robotsSitemaps } from "./match-robots.ts";
export { decodeRobots } from "./octets.ts";
export { maxRobotsBytes, parseRobots, type Robots, robotsProblems } from "./parse-robots.ts";
export type { RobotsProblem } from "./robots-problem.ts";
