import { sqlRule } from "../rule.ts";

export const robotsBlocked = sqlRule({
  id: "robots-blocked",
  category: "indexability",
  severity: "info",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/robots/intro", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc9309#section-2.2.2", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Linked pages blocked by robots.txt",
      message: "Your pages link to this address, but robots.txt blocks crawlers from it.",
      why: "Crawlers never see what is on the page, so it cannot rank for its content or be cited. Its address alone may still show up in results, because links point to it.",
      fix: "If the page should be found, change the Disallow rule that matches it. If it should not appear in results at all, allow it in robots.txt and put noindex on the page instead: crawlers must read the page to see that.",
    },
    es: {
      title: "Páginas enlazadas bloqueadas por robots.txt",
      message: "Tus páginas enlazan a esta dirección, pero robots.txt la bloquea para los rastreadores.",
      why: "Los rastreadores no ven el contenido de la página, así que no puede posicionarse por él ni ser citada. Aun así, la dirección sola puede aparecer en los resultados porque hay enlaces hacia ella.",
      fix: "Si la página debe encontrarse, cambia la regla Disallow que la afecta. Si no debe aparecer en los resultados, permítela en robots.txt y pon noindex en la página: los rastreadores tienen que leerla para verlo.",
    },
  },
  // There is no row in `page` for what was never fetched: the finding names the address by its url.id.
  sql: `
SELECT id AS page_id, json_array(origin || '/robots.txt') AS evidence
FROM url WHERE state = 'blocked' AND kind = 'page' AND linked = 1`,
  checkedSql: "SELECT count(*) FROM url WHERE state IN ('done', 'blocked') AND kind = 'page' AND linked = 1",
});
