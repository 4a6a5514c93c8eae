import { onIndexableHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

/** Everyone, or the crawlers behind the results most people see; a rule for a news or image crawler is a choice of its own. */
const searchAgents: ReadonlySet<string> = new Set(["robots", "googlebot", "bingbot"]);
const blocksSnippet = /^(?:nosnippet|max-snippet\s*:\s*0)$/;

export const snippetBlocked = pageRule({
  id: "snippet-blocked",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/appearance/ai-features", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "No text allowed in search results",
      message: "The page does not let search engines show any of its text.",
      why: "The result appears with a bare title, which fewer people click. Google also leaves such pages out of featured snippets and of AI Overviews and AI Mode.",
      fix: "Remove nosnippet, or set max-snippet:-1, unless a contract forbids quoting. To hide only one passage, put data-nosnippet on that element.",
    },
    es: {
      title: "Sin texto permitido en los resultados",
      message: "La página no permite a los buscadores mostrar ninguna parte de su texto.",
      why: "El resultado aparece solo con el título y recibe menos clics. Además, Google deja estas páginas fuera de los fragmentos destacados, de las Vistas creadas con IA y del Modo IA.",
      fix: "Quita nosnippet o pon max-snippet:-1, salvo que un contrato prohíba citar el texto. Para ocultar solo un pasaje, pon data-nosnippet en ese elemento.",
    },
  },
  check: onIndexableHtml(({ robots }) =>
    foundIn(
      1,
      robots
        .filter(({ agent }) => searchAgents.has(agent))
        .flatMap(({ agent, source, directives }) =>
          directives.filter((directive) => blocksSnippet.test(directive)).map((directive) => `${agent}: ${directive} (${source})`),
        ),
    ),
  ),
});
