import { type Canonical, limits } from "../../facts/page-facts.ts";
import { onSearchableHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const canonicalInvalid = pageRule({
  id: "canonical-invalid",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc6596#section-3", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Invalid canonical URL",
      message: "The page names a canonical URL that is not a web address.",
      why: "Search engines ignore it, so duplicates of the page may show up in its place. The cause is often a template that printed nothing or left a placeholder.",
      fix: "Write the full address of the page, starting with https://, and look for the template that wrote the wrong value: other pages are probably affected too.",
    },
    es: {
      title: "URL canónica no válida",
      message: "La URL canónica que indica la página no es una dirección web.",
      why: "Los buscadores la ignoran, y en su lugar pueden aparecer copias de la página. La causa suele ser una plantilla que no escribió nada o dejó un marcador.",
      fix: "Escribe la dirección completa de la página, empezando por https://, y busca la plantilla que escribió el valor erróneo: es probable que afecte a más páginas.",
    },
  },
  check: onSearchableHtml(({ canonicals }) =>
    foundIn(
      canonicals.length,
      canonicals.filter(isNoAddress).map(({ href, source }) => `"${href}" (${source})`),
    ),
  ),
});

// An address that was cut to its limit has no `url` either, though it may well work.
function isNoAddress({ href, url }: Canonical): boolean {
  return url === null && href.length < limits.urlCharacters;
}
