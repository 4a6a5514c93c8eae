import type { HtmlFacts } from "../page-facts.ts";

/**
 * Characters that the lists of one page may hold together, links and images apart. The caps of single lists alone would admit five
 * million; a row of SQLite in a Durable Object takes 2 MB, and a character of JSON takes up to six bytes.
 */
const maxCharacters = 250_000;

/** The facts, with lists cut at their end, the longest last, when a page carries more than any honest one does. */
export function withinBudget(facts: HtmlFacts): HtmlFacts {
  if (roughSize(facts) <= maxCharacters) return facts;
  let left = maxCharacters;
  const afford = <Item>(items: readonly Item[]): Item[] => {
    const kept: Item[] = [];
    for (const item of items) {
      left -= JSON.stringify(item).length;
      if (left < 0) break;
      kept.push(item);
    }
    return kept;
  };
  return {
    ...facts,
    titles: afford(facts.titles),
    descriptions: afford(facts.descriptions),
    robots: afford(facts.robots),
    canonicals: afford(facts.canonicals),
    social: Object.fromEntries(afford(Object.entries(facts.social))),
    forms: afford(facts.forms),
    mixedContent: afford(facts.mixedContent),
    headings: afford(facts.headings),
    scripts: afford(facts.scripts),
    hreflangs: afford(facts.hreflangs),
    jsonLd: afford(facts.jsonLd),
  };
}

/** Close enough to tell an honest page, and much faster than writing JSON for every page. */
function roughSize({ titles, descriptions, robots, canonicals, social, forms, mixedContent, headings, scripts, hreflangs, jsonLd }: HtmlFacts): number {
  let size = 0;
  for (const text of titles) size += text.length;
  for (const text of descriptions) size += text.length;
  for (const { directives } of robots) for (const directive of directives) size += directive.length;
  for (const { href, url } of canonicals) size += href.length + (url?.length ?? 0);
  for (const [name, content] of Object.entries(social)) size += name.length + content.length;
  for (const { action } of forms) size += action?.length ?? 0;
  for (const url of mixedContent) size += url.length;
  for (const { text } of headings) size += text.length;
  for (const { src } of scripts) size += src?.length ?? 0;
  for (const { href, url } of hreflangs) size += href.length + (url?.length ?? 0);
  for (const text of jsonLd) size += text.length;
  return size;
}
