import { onSearchableHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const canonicalRelative = pageRule({
  id: "canonical-relative",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" },
    { url: "https://developers.google.com/search/blog/2013/04/5-common-mistakes-with-relcanonical", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Relative canonical URL",
      message: "The canonical URL is written without its domain.",
      why: "It then means a different address wherever the page is served: on a test domain, over http or on a copy of the site, each version declares itself the original.",
      fix: "Write the full address, with https:// and the domain you want in the results.",
    },
    es: {
      title: "URL canónica relativa",
      message: "La URL canónica está escrita sin su dominio.",
      why: "Así indica otra dirección según dónde se sirva la página: en un dominio de pruebas, por http o en una copia del sitio, cada versión se declara la original.",
      fix: "Escribe la dirección completa, con https:// y el dominio que quieres ver en los resultados.",
    },
  },
  check: onSearchableHtml(({ canonicals }) => {
    const written = canonicals.filter(({ url }) => url !== null);
    return foundIn(
      written.length,
      written.filter(({ isRelative }) => isRelative).map(({ href, url }) => `"${href}" → ${url}`),
    );
  }),
});
