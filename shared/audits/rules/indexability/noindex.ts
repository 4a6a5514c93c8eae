import { sqlRule } from "../rule.ts";

export const noindex = sqlRule({
  id: "noindex",
  category: "indexability",
  severity: "info",
  gravest: "error",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/block-indexing", checked: "2026-11" }],
  text: {
    en: {
      title: "Page kept out of search results",
      message: "The page asks search engines not to list it (noindex).",
      why: "A page with noindex disappears from search results, and answer engines that build on them cannot cite it. That is right for a cart or a thank-you page, and a serious mistake on your start page or on a page that your sitemap recommends.",
      fix: "If the page should be found, remove noindex from its robots meta tag or its X-Robots-Tag header; often it is a switch such as “Discourage search engines” in the content management system. If it should stay hidden, take it out of the sitemap.",
    },
    es: {
      title: "Página excluida de los resultados de búsqueda",
      message: "La página pide a los buscadores que no la muestren (noindex).",
      why: "Una página con noindex desaparece de los resultados, y los motores de respuestas que se apoyan en ellos no pueden citarla. Está bien en un carrito o una página de agradecimiento; es un error grave en la página inicial o en una página que tu sitemap recomienda.",
      fix: "Si la página debe encontrarse, quita noindex de su etiqueta meta robots o de su cabecera X-Robots-Tag; a menudo es una casilla como «Disuadir a los motores de búsqueda» del gestor de contenidos. Si debe seguir oculta, sácala del sitemap.",
    },
  },
  sql: `
SELECT p.id AS page_id,
  (SELECT json_group_array(
      CASE r.value ->> '$.source' WHEN 'header' THEN 'X-Robots-Tag' ELSE 'meta' END
      || CASE WHEN r.value ->> '$.source' = 'header' AND r.value ->> '$.agent' = 'robots' THEN '' ELSE ' ' || (r.value ->> '$.agent') END
      || ': ' || (SELECT group_concat(d.value, ', ') FROM json_each(r.value, '$.directives') d))
    FROM json_each(p.facts, '$.html.robots') r
    WHERE r.value ->> '$.agent' IN ('robots', 'googlebot')
      AND EXISTS (SELECT 1 FROM json_each(r.value, '$.directives') d WHERE d.value IN ('noindex', 'none'))) AS evidence,
  CASE WHEN p.is_start = 1 OR u.in_sitemap = 1 THEN 'error' ELSE 'info' END AS severity
FROM page p CROSS JOIN url u ON u.id = p.id
WHERE p.outcome = 'html' AND p.noindex = 1`,
  checkedSql: "SELECT count(*) FROM page WHERE outcome = 'html'",
});
