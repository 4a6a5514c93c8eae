import type { RobotsFacts, SiteFacts } from "../../facts/site-facts.ts";
import { matchingRule, parseRobots } from "../../robots/index.ts";
import { distinctRobotsFiles } from "../robots-files.ts";
import type { Verdict } from "../rule.ts";
import { aiBots, type BotPurpose } from "./bots.ts";

const maxShownPath = 200;

interface Block {
  readonly bot: string;
  readonly path: string;
  readonly line: number;
}

/**
 * Which bots of one purpose robots.txt keeps from the start page or from `/`: those two stand for the site.
 * Without a robots.txt everything is open; one that cannot be read is the matter of robots-5xx.
 */
export function blockedBots(purpose: BotPurpose, { robots, startUrl }: SiteFacts): Verdict {
  if (robots.every(({ outcome }) => outcome === "unreachable")) return "not-applicable";
  const blocks = distinctRobotsFiles(robots).flatMap((file) => blocksOf(file, purpose, startUrl));
  if (blocks.length === 0) return "pass";
  const names = (values: readonly string[]): string => [...new Set(values)].join(", ");
  return {
    evidence: blocks.map(({ bot, path, line }) => `${bot}: ${path} (line ${line})`),
    values: { bots: names(blocks.map(({ bot }) => bot)), paths: names(blocks.map(({ path }) => path)) },
  };
}

function blocksOf({ origin, body }: RobotsFacts, purpose: BotPurpose, startUrl: string): Block[] {
  const parsed = parseRobots(body);
  const start = new URL(startUrl);
  const addresses = [...new Set([`${origin}${start.pathname}${start.search}`, `${origin}/`])];
  return aiBots
    .filter((bot) => bot.purpose === purpose)
    .flatMap(({ token }) =>
      addresses.flatMap((address) => {
        const rule = matchingRule(parsed, [token], address);
        if (rule === null || rule.allow) return [];
        // On the start page's own host a path says enough; its twins (www, http) are named in full.
        const path = origin === start.origin ? address.slice(origin.length) : address;
        return [{ bot: token, path: path.length > maxShownPath ? `${path.slice(0, maxShownPath)}…` : path, line: rule.line }];
      }),
    );
}

/** The vendors' pages about the bots of one purpose. */
export function botSources(purpose: BotPurpose): readonly { readonly url: string; readonly checked: string }[] {
  const sources = aiBots.flatMap((bot) => (bot.purpose === purpose && bot.documentation !== null ? [{ url: bot.documentation, checked: bot.checked }] : []));
  return sources.filter(({ url }, index) => sources.findIndex((other) => other.url === url) === index);
}
