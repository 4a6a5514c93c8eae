import { sqlRule } from "../rule.ts";
import { addressAndAnswer, isBroken, pagesLinkingTo, pagesWithKnownLinks } from "../sql-parts.ts";

export const brokenInternalLink = sqlRule({
  id: "broken-internal-link",
  category: "links",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/links-crawlable", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Links to pages of your site that do not work",
      message: "Links on this page that lead to an error: {n}.",
      why: "Visitors who follow such a link land on an error page and leave. Crawlers lose the path to whatever stood behind it.",
      fix: "Correct each address listed, or remove the link. If the page moved, link to its new address and redirect the old one.",
    },
    es: {
      title: "Enlaces a páginas de tu sitio que no funcionan",
      message: "Enlaces de esta página que llevan a un error: {n}.",
      why: "Quien sigue un enlace así llega a una página de error y se va. Los rastreadores pierden el camino hacia lo que había detrás.",
      fix: "Corrige cada dirección indicada o quita el enlace. Si la página cambió de sitio, enlaza la nueva dirección y redirige la antigua.",
    },
  },
  sql: pagesLinkingTo(isBroken("t"), addressAndAnswer("t")),
  checkedSql: pagesWithKnownLinks,
});
