import { sqlRule } from "../rule.ts";
import { addressAndTarget, pagesWithCanonical, pagesWithKnownCanonical } from "../sql-parts.ts";

export const canonicalToRedirect = sqlRule({
  id: "canonical-to-redirect",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" }],
  text: {
    en: {
      title: "Canonical URL redirects",
      message: "The canonical URL of this page redirects to another address.",
      why: "The canonical URL should be the one address that search engines list. One that redirects contradicts itself, so they may ignore it and choose an address for you.",
      fix: "Set the canonical URL to the address where the redirect ends, and check that this is the page you want listed. After a move (http to https, a new path), update the template that writes canonical URLs.",
    },
    es: {
      title: "La URL canónica redirige",
      message: "La URL canónica de esta página redirige a otra dirección.",
      why: "La URL canónica debe ser la única dirección que los buscadores muestran. Si redirige, se contradice: pueden ignorarla y elegir otra por ti.",
      fix: "Pon como URL canónica la dirección en la que termina la redirección y comprueba que es la página que quieres mostrar. Tras un cambio (de http a https, otra ruta), actualiza la plantilla que escribe las URL canónicas.",
    },
  },
  sql: pagesWithCanonical("t.outcome = 'redirect'", addressAndTarget("t")),
  checkedSql: pagesWithKnownCanonical,
});
