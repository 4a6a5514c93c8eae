import type { RobotsDirectives } from "../../facts/page-facts.ts";
import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const robotsMetaConflict = pageRule({
  id: "robots-meta-conflict",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag", checked: "2026-11" },
    { url: "https://www.bing.com/webmasters/help/which-robots-metatags-does-bing-support-5198d240", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Contradictory robots directives",
      message: "Contradictions between the robots directives of this page: {n}.",
      why: "Search engines follow the stricter directive. A page you meant to show may stay out of the results because a second tag or a header says the opposite.",
      fix: "Decide what you want and say it once. Look in the places named in brackets: “meta” is a tag in the page, often written by a plugin, and “header” is the server's X-Robots-Tag.",
    },
    es: {
      title: "Directivas de robots contradictorias",
      message: "Contradicciones entre las directivas de robots de esta página: {n}.",
      why: "Los buscadores siguen la directiva más estricta. Una página que querías mostrar puede quedar fuera de los resultados porque otra etiqueta o una cabecera dice lo contrario.",
      fix: "Decide qué quieres y dilo una sola vez. Mira en los lugares indicados entre paréntesis: «meta» es una etiqueta de la página, a menudo puesta por un complemento, y «header» es la cabecera X-Robots-Tag del servidor.",
    },
  },
  check: onHtml(({ robots }) => foundIn(robots.length, contradictions(robots))),
});

/** One thing a directive decides, and how. */
interface Decision {
  readonly aspect: string;
  readonly value: string;
  readonly seen: string;
  readonly isRestriction: boolean;
}

function contradictions(robots: readonly RobotsDirectives[]): string[] {
  const forAll = decisionsFor("robots", robots);
  return [...new Set(robots.map(({ agent }) => agent))].flatMap((agent) => {
    const own = decisionsFor(agent, robots);
    // Google adds the restrictions for everyone to its own: "index" for googlebot cannot lift a "noindex" for all.
    const inherited = agent.startsWith("googlebot") ? forAll.filter(({ isRestriction }) => isRestriction) : [];
    const aspects = Map.groupBy([...own, ...inherited], ({ aspect }) => aspect);
    return [...aspects.values()].filter((decisions) => new Set(decisions.map(({ value }) => value)).size > 1).map((decisions) => describe(agent, decisions));
  });
}

function describe(agent: string, decisions: readonly Decision[]): string {
  return `${agent}: ${[...new Set(decisions.map(({ seen }) => seen))].join(" ≠ ")}`;
}

function decisionsFor(wanted: string, robots: readonly RobotsDirectives[]): Decision[] {
  return robots
    .filter(({ agent }) => agent === wanted)
    .flatMap(({ agent, source, directives }) =>
      directives.flatMap((directive) =>
        meaningsOf(directive).map(([aspect, value]) => ({
          aspect,
          value,
          seen: `${directive} (${agent === "robots" ? source : `${source} ${agent}`})`,
          isRestriction: value === "no",
        })),
      ),
    );
}

/** What a directive decides; nothing for those that cannot contradict another. */
function meaningsOf(directive: string): readonly (readonly [aspect: string, value: string])[] {
  switch (directive) {
    case "index":
    case "follow":
      return [[directive, "yes"]];
    case "all":
      return [
        ["index", "yes"],
        ["follow", "yes"],
      ];
    case "noindex":
    case "nofollow":
      return [[directive.slice(2), "no"]];
    case "none":
      return [
        ["index", "no"],
        ["follow", "no"],
      ];
    case "nosnippet":
      return [["max-snippet", "0"]];
    default:
      return limitOf(directive);
  }
}

function limitOf(directive: string): readonly (readonly [aspect: string, value: string])[] {
  const [, name, value] = /^(max-snippet|max-image-preview|max-video-preview)\s*:\s*(\S+)$/.exec(directive) ?? [];
  return name === undefined || value === undefined ? [] : [[name, value]];
}
