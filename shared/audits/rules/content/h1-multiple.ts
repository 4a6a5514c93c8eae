import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const h1Multiple = pageRule({
  id: "h1-multiple",
  category: "content",
  severity: "info",
  version: 1,
  sources: [
    { url: "https://html.spec.whatwg.org/multipage/sections.html#the-h1,-h2,-h3,-h4,-h5,-and-h6-elements", checked: "2026-11" },
    { url: "https://www.w3.org/WAI/tutorials/page-structure/headings/", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Several main headings (h1)",
      message: "The page has {n} main headings (h1).",
      why: "Search engines cope with it, but readers who move from heading to heading cannot tell which one names the page.",
      fix: "Keep one h1 for the subject of the page, and make the others h2.",
    },
    es: {
      title: "Varios encabezados principales (h1)",
      message: "La página tiene {n} encabezados principales (h1).",
      why: "Los buscadores se las arreglan, pero quien salta de encabezado en encabezado no sabe cuál da nombre a la página.",
      fix: "Deja un h1 con el tema de la página y convierte los demás en h2.",
    },
  },
  check: onIndexableHtml(({ headings }) => {
    const main = headings.filter(({ level, text }) => level === 1 && text.trim() !== "").map(({ text }) => text);
    if (main.length === 0) return "not-applicable";
    return main.length > 1 ? { evidence: main } : "pass";
  }),
});
