import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const titleMissing = pageRule({
  id: "title-missing",
  category: "content",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/title-link", checked: "2026-11" },
    { url: "https://www.w3.org/WAI/WCAG22/Understanding/page-titled.html", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page without a title",
      message: "The page has no title, or an empty one.",
      why: "The title is the headline of a search result and the name of the browser tab. Without it, search engines make one up from whatever they find.",
      fix: "Give the page a title that says in a few words what it is about, different from every other page of the site.",
    },
    es: {
      title: "Página sin título",
      message: "La página no tiene título, o está vacío.",
      why: "El título encabeza el resultado de búsqueda y da nombre a la pestaña del navegador. Si falta, el buscador inventa uno con lo que encuentra.",
      fix: "Pon un título que diga en pocas palabras de qué trata la página, distinto del de las demás páginas del sitio.",
    },
  },
  check: onIndexableHtml(({ titles }, { url }) => (titles.every((title) => title.trim() === "") ? { evidence: [url] } : "pass")),
});
