import { sqlRule } from "../rule.ts";
import { answeredMembers, sitemapMembers } from "./sitemap-members.ts";

export const sitemapMember4xx = sqlRule({
  id: "sitemap-member-4xx",
  category: "sitemaps",
  severity: "error",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap", checked: "2026-11" }],
  text: {
    en: {
      title: "Sitemap lists pages that do not work",
      message: "The sitemap lists this address, but it returns status {status}.",
      why: "A sitemap recommends pages. Dead addresses waste crawlers' visits and make them trust the rest of the list less.",
      fix: "Remove the address from the sitemap, or bring the page back. If the sitemap is generated, rebuild it and check why deleted pages stay in it.",
    },
    es: {
      title: "El sitemap incluye páginas que no funcionan",
      message: "El sitemap incluye esta dirección, pero responde con el código {status}.",
      why: "Un sitemap recomienda páginas. Las direcciones muertas malgastan las visitas de los rastreadores y hacen que confíen menos en el resto de la lista.",
      fix: "Quita la dirección del sitemap o recupera la página. Si el sitemap se genera solo, vuelve a generarlo y mira por qué conserva páginas borradas.",
    },
  },
  sql: sitemapMembers("p.status BETWEEN 400 AND 499", "json_array(CAST(p.status AS TEXT)) AS evidence, p.status AS status"),
  checkedSql: answeredMembers,
});
