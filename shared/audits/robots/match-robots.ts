import type { AgentLine, Group, Robots, Rule } from "./parse-robots.ts";
import { matchesPattern, pathOf } from "./path-pattern.ts";

/**
 * Whether a crawler may fetch an address.
 * `agents` are the product tokens it answers to, such as `["Googlebot-Image", "Googlebot"]`; with none, only the groups for `*` count.
 * `url` is percent-encoded, as WHATWG URLs are.
 */
export function isAllowed(robots: Robots, agents: readonly string[], url: string): boolean {
  return matchingRule(robots, agents, url)?.allow ?? true;
}

/**
 * The rule that decides: the longest that matches, Allow before Disallow at equal length, the first of equals. Null when none does.
 * A group that names one of `agents` replaces the groups for `*` altogether, even when it holds no rule.
 */
export function matchingRule(robots: Robots, agents: readonly string[], url: string): { allow: boolean; line: number; pattern: string } | null {
  const path = pathOf(url);
  let best: Rule | null = null;
  for (const { rules } of groupsFor(robots, agents)) {
    for (const rule of rules) {
      if (outranks(rule, best) && matchesPattern(rule.pattern, path)) best = rule;
    }
  }
  return best === null ? null : { allow: best.allow, line: best.line, pattern: best.written };
}

/** Seconds to wait between requests, from the groups that apply; the longest when they disagree, null when they say nothing. */
export function crawlDelaySeconds(robots: Robots, agents: readonly string[]): number | null {
  const isAddressed = addressing(robots, agents);
  const seconds = groupsFor(robots, agents).flatMap(({ agents: lines, delays }) => {
    const first = lines.findIndex(isAddressed);
    return delays.filter(({ agentCount }) => first < agentCount).map((delay) => delay.seconds);
  });
  return seconds.length === 0 ? null : seconds.reduce((longest, next) => Math.max(longest, next));
}

/** Absolute http(s) addresses of the Sitemap lines, without repeats; a relative one is resolved against `baseUrl`, the address of the robots.txt. */
export function robotsSitemaps(robots: Robots, baseUrl: string): string[] {
  const urls = robots.sitemaps.flatMap((value) => {
    const url = value === "" ? null : URL.parse(value, baseUrl);
    return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? [url.href] : [];
  });
  return [...new Set(urls)];
}

function outranks({ allow, pattern }: Rule, best: Rule | null): boolean {
  if (best === null || pattern.octets > best.pattern.octets) return true;
  return pattern.octets === best.pattern.octets && allow && !best.allow;
}

function groupsFor(robots: Robots, agents: readonly string[]): readonly Group[] {
  const isAddressed = addressing(robots, agents);
  return robots.groups.filter((group) => group.agents.some(isAddressed));
}

/** Which User-agent lines speak to these agents: those that name one, or else those for everyone. */
function addressing({ groups }: Robots, agents: readonly string[]): (line: AgentLine) => boolean {
  const names = agents.map((agent) => agent.toLowerCase());
  const isNamed = (line: AgentLine): boolean => names.some((agent) => isNamedBy(agent, line));
  return groups.some((group) => group.agents.some(isNamed)) ? isNamed : ({ everyone }) => everyone;
}

/**
 * A product token is compared with the line's token. Names that are no token by RFC 9309 (AI2Bot, MJ12bot, archive.org_bot) could never
 * match that way, as Google cuts the line at the digit, while the vendors of those bots match the whole name: so for them we do too.
 */
function isNamedBy(agent: string, line: AgentLine): boolean {
  return !line.everyone && (agent === line.token || (agent === line.name && !/^[a-z_-]*$/.test(agent)));
}
