import { sqlRule } from "../rule.ts";
import { pagesWithCanonical, pagesWithKnownCanonical } from "../sql-parts.ts";

// A page that is out of the results itself has nothing to hand over: its canonical does no harm.
const isListable = "p.noindex = 0";

export const canonicalToNoindex = sqlRule({
  id: "canonical-to-noindex",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/crawling-indexing/block-indexing", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Canonical URL is set to noindex",
      message: "The canonical URL of this page is set to noindex.",
      why: "This page hands its place in the results to another one, and that one refuses it. In the end neither may be found.",
      fix: "Decide which page should be found. Remove noindex from the canonical page, or set the canonical URL of this page to its own address.",
    },
    es: {
      title: "La URL canónica lleva noindex",
      message: "La URL canónica de esta página lleva noindex.",
      why: "Esta página cede su lugar en los resultados a otra, y esa otra lo rechaza. Al final puede que no se encuentre ninguna.",
      fix: "Decide qué página debe encontrarse. Quita noindex de la página canónica o pon como URL canónica de esta página su propia dirección.",
    },
  },
  sql: pagesWithCanonical(`${isListable} AND t.outcome = 'html' AND t.noindex = 1`, "t.url"),
  checkedSql: `${pagesWithKnownCanonical} AND ${isListable}`,
});
