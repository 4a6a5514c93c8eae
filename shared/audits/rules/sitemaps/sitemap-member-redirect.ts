import { sqlRule } from "../rule.ts";
import { redirectTarget } from "../sql-parts.ts";
import { answeredMembers, sitemapMembers } from "./sitemap-members.ts";

export const sitemapMemberRedirect = sqlRule({
  id: "sitemap-member-redirect",
  category: "sitemaps",
  severity: "error",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap", checked: "2026-11" }],
  text: {
    en: {
      title: "Sitemap lists addresses that redirect",
      message: "The sitemap lists this address, but it redirects to another one.",
      why: "A sitemap should hold the addresses you want in search results. One that redirects sends crawlers on a detour and contradicts your own choice of address.",
      fix: "Replace the address in the sitemap with the one where the redirect ends. After a move (https, www, a new path), regenerate the whole sitemap.",
    },
    es: {
      title: "El sitemap incluye direcciones que redirigen",
      message: "El sitemap incluye esta dirección, pero redirige a otra.",
      why: "El sitemap debe contener las direcciones que quieres ver en los resultados. Una que redirige obliga a dar un rodeo y contradice tu propia elección.",
      fix: "Cambia la dirección del sitemap por aquella en la que termina la redirección. Tras un cambio (https, www, otra ruta), vuelve a generar todo el sitemap.",
    },
  },
  sql: sitemapMembers("p.outcome = 'redirect'", `json_array(${redirectTarget("p")}) AS evidence`),
  checkedSql: answeredMembers,
});
