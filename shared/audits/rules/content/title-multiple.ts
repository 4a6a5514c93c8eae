import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const titleMultiple = pageRule({
  id: "title-multiple",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/title-link", checked: "2026-11" },
    { url: "https://html.spec.whatwg.org/multipage/semantics.html#the-title-element", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Several titles",
      message: "The page has {n} title elements; only one is allowed.",
      why: "Browsers show the first, while a search engine may take another. What people read in the results is then left to chance.",
      fix: "Keep the title you want and remove the rest. Look for a plugin that adds its own beside the theme's.",
    },
    es: {
      title: "Varios títulos",
      message: "La página tiene {n} elementos title; solo se permite uno.",
      why: "Los navegadores muestran el primero, pero un buscador puede tomar otro. Lo que se lea en los resultados queda al azar.",
      fix: "Deja el título que quieras y quita los demás. Busca un complemento que añada el suyo junto al del tema.",
    },
  },
  check: onIndexableHtml(({ titles }) => {
    if (titles.length === 0) return "not-applicable";
    return titles.length > 1 ? { evidence: titles } : "pass";
  }),
});
