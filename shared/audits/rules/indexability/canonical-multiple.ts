import { onSearchableHtml } from "../applies.ts";
import { canonicalTargets } from "../canonical-targets.ts";
import { foundIn, pageRule } from "../rule.ts";

export const canonicalMultiple = pageRule({
  id: "canonical-multiple",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" },
    { url: "https://developers.google.com/search/blog/2013/04/5-common-mistakes-with-relcanonical", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Several canonical URLs",
      message: "The page names {n} different canonical URLs.",
      why: "Search engines cannot follow more than one, so they are likely to ignore all of them and choose for themselves.",
      fix: "Keep one. The second often comes from a plugin or theme that adds its own beside the one you set.",
    },
    es: {
      title: "Varias URL canónicas",
      message: "La página indica {n} URL canónicas distintas.",
      why: "Los buscadores no pueden seguir más de una, así que lo más probable es que las ignoren todas y elijan por su cuenta.",
      fix: "Deja una sola. La segunda suele venir de un complemento o de un tema que añade la suya junto a la que pusiste tú.",
    },
  },
  check: onSearchableHtml(({ canonicals }) => {
    const { html, header } = canonicalTargets(canonicals);
    const different = [html, header].filter((targets) => targets.length > 1).flat();
    return foundIn(html.length + header.length, [...new Set(different)]);
  }),
});
