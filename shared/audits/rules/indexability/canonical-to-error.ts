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
      title: "Canonical points to a page that does not work",
      message: "The canonical address of this page answers with an error, or not at all.",
      why: "The page says that another address should be listed in its place, and that address cannot be opened. Search engines may list neither.",
      fix: "If this page is the one to list, set the canonical to its own address. Otherwise repair the page it points to, or point to one that works.",
    },
    es: {
      title: "La canónica apunta a una página que no funciona",
      message: "La dirección canónica de esta página responde con un error o no responde.",
      why: "La página dice que en su lugar se muestre otra dirección, y esa dirección no se puede abrir. Los buscadores pueden dejar fuera a las dos.",
      fix: "Si esta es la página que debe mostrarse, pon como canónica su propia dirección. Si no, repara la página a la que apunta o apunta a una que funcione.",
    },
  },
  sql: pagesWithCanonical(isBroken("t"), addressAndAnswer("t")),
  checkedSql: pagesWithKnownCanonical,
});
