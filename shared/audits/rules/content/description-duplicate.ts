import { sqlRule } from "../rule.ts";
import { pagesSharing, pagesWith } from "../sql-parts.ts";

export const descriptionDuplicate = sqlRule({
  id: "description-duplicate",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/appearance/snippet", checked: "2026-11" }],
  text: {
    en: {
      title: "Several pages share one meta description",
      message: "Other pages with the same meta description: {n} (“{description}”).",
      why: "Search engines may show the meta description under the title. One text for many pages tells nobody why to open this one, so they often replace it with a passage of their choice.",
      fix: "Write one or two sentences for each important page that say what is on it. For the rest, no meta description is better than the same one everywhere.",
    },
    es: {
      title: "Varias páginas comparten metadescripción",
      message: "Otras páginas con la misma metadescripción: {n} («{description}»).",
      why: "Los buscadores pueden mostrar la metadescripción bajo el título. Un texto igual en muchas páginas no dice a nadie por qué abrir esta, y a menudo lo sustituyen por un pasaje elegido por ellos.",
      fix: "Escribe para cada página importante una o dos frases que digan qué contiene. En las demás es mejor no tener metadescripción que repetir la misma en todas.",
    },
  },
  sql: pagesSharing("description"),
  checkedSql: pagesWith("description"),
});
