import { sqlRule } from "../rule.ts";
import { addressAndAnswer, isBroken, pagesWithCanonical, pagesWithKnownCanonical } from "../sql-parts.ts";

export const canonicalToError = sqlRule({
  id: "canonical-to-error",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" }],
  text: {
    en: {
      title: "Canonical URL leads to an error",
      message: "The canonical URL of this page returns an error or does not respond.",
      why: "The page says that another address should be listed in its place, and that address cannot be opened. Search engines may list neither.",
      fix: "If this page is the one to list, set the canonical URL to its own address. Otherwise, repair the page at the canonical URL, or name one that works.",
    },
    es: {
      title: "La URL canónica lleva a un error",
      message: "La URL canónica de esta página devuelve un error o no responde.",
      why: "La página dice que en su lugar se muestre otra dirección, y esa dirección no se puede abrir. Los buscadores pueden dejar fuera a las dos.",
      fix: "Si esta es la página que debe mostrarse, pon como URL canónica su propia dirección. Si no, repara la página que indica la URL canónica o indica una que funcione.",
    },
  },
  sql: pagesWithCanonical(isBroken("t"), addressAndAnswer("t")),
  checkedSql: pagesWithKnownCanonical,
});
