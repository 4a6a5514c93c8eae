import { limits } from "../../facts/page-facts.ts";
import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const h1Missing = pageRule({
  id: "h1-missing",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/title-link", checked: "2026-11" },
    { url: "https://www.w3.org/WAI/tutorials/page-structure/headings/", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page without a main heading (h1)",
      message: "The page has no main heading (h1), or an empty one.",
      why: "The main heading tells readers, screen readers and search engines at a glance what the page is about. Google also uses it when it writes the title of a result.",
      fix: "Make the visible headline of the page an h1. If it only looks like a headline, change its element, not its style.",
    },
    es: {
      title: "Página sin encabezado principal (h1)",
      message: "La página no tiene encabezado principal (h1), o está vacío.",
      why: "El encabezado principal dice de un vistazo de qué trata la página a quien lee, a los lectores de pantalla y a los buscadores. Google también lo usa al redactar el título de un resultado.",
      fix: "Haz que el titular visible de la página sea un h1. Si solo lo parece, cambia el elemento, no el estilo.",
    },
  },
  check: onIndexableHtml(({ headings }, { url }) => {
    if (headings.some(({ level, text }) => level === 1 && text.trim() !== "")) return "pass";
    // The list is cut there: the main heading may be among the rest.
    return headings.length >= limits.headings ? "not-applicable" : { evidence: [url] };
  }),
});
