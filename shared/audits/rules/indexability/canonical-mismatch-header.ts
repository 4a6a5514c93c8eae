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
      title: "Page and server name different canonical addresses",
      message: "The canonical address in the page is not the one in the server's Link header.",
      why: "Two places contradict each other, so search engines may ignore both and choose for themselves.",
      fix: 'Remove one of the two, or make them equal. The header is set by the server, a CDN or a plugin, as Link: <…>; rel="canonical".',
    },
    es: {
      title: "La página y el servidor dan direcciones canónicas distintas",
      message: "La dirección canónica de la página no es la de la cabecera Link del servidor.",
      why: "Dos sitios se contradicen, y los buscadores pueden ignorar ambos y elegir por su cuenta.",
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
