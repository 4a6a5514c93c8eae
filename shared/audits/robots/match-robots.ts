import type { AgentLine, Group, Robots, Rule } from "./parse-robots.ts";
import { pathOf } from "./path-pattern.ts";
import { AskedPath, RuleIndex } from "./rule-index.ts";
import { Work } from "./work.ts";

/**
 * Whether a crawler may fetch an address.
 * `agents` are the product tokens it answers to, such as `["Googlebot-Image", "Googlebot"]`; with none, only the groups for `*` count.
 * `url` is percent-encoded, as WHATWG URLs are.
 *
 * A question takes a bounded number of steps (`maxSteps`), which a file can only exceed that was written to. It is not answered
 * exactly then: the address is taken for one that may not be fetched, because whoever writes such a file does not want crawlers.
 */
export function isAllowed(robots: Robots, agents: readonly string[], url: string, work: Work = new Work()): boolean {
  const rule = decide(robots, agents, url, work);
  return rule === "undecided" ? false : (rule?.allow ?? true);
}

/**
 * The rule that decides: the longest that matches, Allow before Disallow at equal length, the first of equals. Null when none does, and
 * when finding it takes more steps than a question may (see `isAllowed`): then there is no rule that one could name.
 * A group that names one of `agents` replaces the groups for `*` altogether, even when it holds no rule.
 */
export function matchingRule(
  robots: Robots,
  agents: readonly string[],
  url: string,
  work: Work = new Work(),
): { allow: boolean; line: number; pattern: string } | null {
  const rule = decide(robots, agents, url, work);
  return rule === "undecided" || rule === null ? null : { allow: rule.allow, line: rule.line, pattern: rule.written };
}

function decide(robots: Robots, agents: readonly string[], url: string, work: Work): Rule | null | "undecided" {
  const path = new AskedPath(pathOf(url));
  let best: Rule | null = null;
  for (const index of indexesFor(robots, agents)) {
    best = index.decide(path, best, work);
    if (work.isExceeded) return "undecided";
  }
  return best;
}

/** Prepared at the first question and as long as the file is: a crawl asks it thousands of times. */
const indexesOfGroups = new WeakMap<Group, RuleIndex>();
const indexesOfFiles = new WeakMap<Robots, Map<string, readonly RuleIndex[]>>();

function indexesFor(robots: Robots, agents: readonly string[]): readonly RuleIndex[] {
  const byAgents = indexesOfFiles.get(robots) ?? new Map<string, readonly RuleIndex[]>();
  indexesOfFiles.set(robots, byAgents);
  const key = JSON.stringify(agents);
  const known = byAgents.get(key);
  if (known !== undefined) return known;
  const indexes = groupsFor(robots, agents)
    .filter(({ rules }) => rules.length > 0)
    .map(indexOf);
  byAgents.set(key, indexes);
  return indexes;
}

function indexOf(group: Group): RuleIndex {
  const index = indexesOfGroups.get(group) ?? new RuleIndex(group.rules);
  indexesOfGroups.set(group, index);
  return index;
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
