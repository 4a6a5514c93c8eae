import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const canonicalMissing = pageRule({
  id: "canonical-missing",
  category: "indexability",
  severity: "info",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" }],
  text: {
    en: {
      title: "No canonical URL",
      message: "The page does not say which of its addresses is the preferred one.",
      why: "The same page can often be reached with tracking parameters, with and without a slash, or under another host. Without a hint, search engines choose the address they show.",
      fix: 'Add <link rel="canonical" href="…"> to the head, with the full address of the page itself. Most content management systems can do this for every page at once.',
    },
    es: {
      title: "Sin URL canónica",
      message: "La página no dice cuál de sus direcciones es la preferida.",
      why: "A la misma página se suele llegar con parámetros de seguimiento, con y sin barra final o desde otro dominio. Sin una indicación, el buscador elige qué dirección muestra.",
      fix: 'Añade <link rel="canonical" href="…"> en el head, con la dirección completa de la propia página. Casi todos los gestores de contenidos pueden hacerlo en todas las páginas a la vez.',
    },
  },
  check: onIndexableHtml(({ canonicals }, { url }) => (canonicals.length === 0 ? { evidence: [url] } : "pass")),
});
