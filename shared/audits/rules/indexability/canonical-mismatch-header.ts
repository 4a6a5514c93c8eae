import { onSearchableHtml } from "../applies.ts";
import { canonicalTargets } from "../canonical-targets.ts";
import { pageRule } from "../rule.ts";

export const canonicalMismatchHeader = pageRule({
  id: "canonical-mismatch-header",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/consolidate-duplicate-urls", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc6596#section-3", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page and server name different canonical URLs",
      message: "The canonical URL in the page is not the one in the server's Link header.",
      why: "The two contradict each other, so search engines may ignore both and choose for themselves.",
      fix: 'Remove one of the two, or make them equal. The header is set by the server, a CDN or a plugin, as Link: <…>; rel="canonical".',
    },
    es: {
      title: "La página y el servidor indican URL canónicas distintas",
      message: "La URL canónica de la página no es la de la cabecera Link del servidor.",
      why: "Las dos se contradicen, así que los buscadores pueden ignorar ambas y elegir por su cuenta.",
      fix: 'Quita una de las dos o iguálalas. La cabecera la pone el servidor, una CDN o un complemento, como Link: <…>; rel="canonical".',
    },
  },
  check: onSearchableHtml(({ canonicals }) => {
    const { html, header } = canonicalTargets(canonicals);
    if (html.length === 0 || header.length === 0) return "not-applicable";
    if (header.every((target) => html.includes(target))) return "pass";
    return { evidence: [...html.map((target) => `html: ${target}`), ...header.map((target) => `header: ${target}`)] };
  }),
});
