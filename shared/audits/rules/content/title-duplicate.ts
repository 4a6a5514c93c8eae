import { sqlRule } from "../rule.ts";
import { pagesSharing, pagesWith } from "../sql-parts.ts";

export const titleDuplicate = sqlRule({
  id: "title-duplicate",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/appearance/title-link", checked: "2026-11" }],
  text: {
    en: {
      title: "Several pages share one title",
      message: "Other pages with the same title: {n} (“{title}”).",
      why: "The title is what people read first in the results. When several pages have the same one, neither people nor search engines can tell which page answers the question.",
      fix: "Say in each title what only that page offers: the product, the place, the topic, the page number. If the pages really are the same, keep one and point the others to it with a canonical URL.",
    },
    es: {
      title: "Varias páginas comparten título",
      message: "Otras páginas con el mismo título: {n} («{title}»).",
      why: "El título es lo primero que se lee en los resultados. Si varias páginas llevan el mismo, ni las personas ni los buscadores saben cuál responde a la pregunta.",
      fix: "Di en cada título lo que solo esa página ofrece: el producto, el lugar, el tema, el número de página. Si de verdad son la misma página, conserva una e indícala como URL canónica en las demás.",
    },
  },
  sql: pagesSharing("title"),
  checkedSql: pagesWith("title"),
});
