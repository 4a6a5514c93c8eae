import type { Language } from "../../platform/index.ts";
import { type Told, tell } from "./tell.ts";
import { wordsIn } from "./words.ts";

/** Sites and problems that fit an e-mail. */
const mostSites = 8;
const mostFixes = 3;

/** The main things of a report, each a paragraph of an e-mail: the time and the sums, a line for each of the first sites, and what to fix first. */
export function reportLines(told: Told, language: Language): string[] {
  const { title, about, time, summary, projects } = tell(told, language);
  const words = wordsIn(language);
  const sites = projects.flatMap((project) => project.sites);
  const fixes = sites.flatMap(({ name, fixFirst }) => fixFirst.map((fix) => ({ ...fix, name })));
  const worst = [...fixes.filter(({ severity }) => severity === "error"), ...fixes.filter(({ severity }) => severity !== "error")].slice(0, mostFixes);
  const lines = sites.slice(0, mostSites).map(({ name, headline, better, worse }) => {
    const changes = [better, worse].flatMap((some) => (some === null ? [] : [some.heading]));
    return [`${name}: ${headline}`, ...changes].join(" · ");
  });
  return [
    `${title}: ${about}. ${time}. ${summary.join(" ")}`,
    ...lines,
    ...(sites.length > mostSites ? [words.more(sites.length - mostSites)] : []),
    ...(worst.length > 0 ? [`${words.fixFirst}:`] : []),
    ...worst.map(({ title: problem, name, reach, fix }, index) => `${index + 1}. ${problem} (${name}, ${reach})${fix === "" ? "" : `. ${fix}`}`),
  ];
}
