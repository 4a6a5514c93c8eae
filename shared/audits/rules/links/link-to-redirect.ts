import { sqlRule } from "../rule.ts";
import { addressAndTarget, pagesLinkingTo, pagesWithKnownLinks } from "../sql-parts.ts";

export const linkToRedirect = sqlRule({
  id: "link-to-redirect",
  category: "links",
  severity: "info",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/301-redirects", checked: "2026-11" }],
  text: {
    en: {
      title: "Links that go through a redirect",
      message: "Links on this page that go through a redirect: {n}.",
      why: "Every redirect costs visitors a moment and crawlers a request, and it breaks on the day somebody cleans up old redirects.",
      fix: "Link straight to the address where the redirect ends. If many pages are listed, the link is probably in a menu, a footer or a template.",
    },
    es: {
      title: "Enlaces que pasan por una redirección",
      message: "Enlaces de esta página que pasan por una redirección: {n}.",
      why: "Cada redirección cuesta un instante al visitante y una petición al rastreador, y se rompe el día que alguien limpia las redirecciones antiguas.",
      fix: "Enlaza directamente la dirección en la que termina la redirección. Si aparecen muchas páginas, el enlace estará en un menú, un pie o una plantilla.",
    },
  },
  sql: pagesLinkingTo("t.outcome = 'redirect'", addressAndTarget("t")),
  checkedSql: pagesWithKnownLinks,
});
