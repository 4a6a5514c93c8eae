import { siteRule } from "../rule.ts";
import { promisedSitemaps } from "./promised-sitemaps.ts";

export const sitemapMissing = siteRule({
  id: "sitemap-missing",
  category: "sitemaps",
  severity: "info",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/sitemaps/overview", checked: "2026-11" },
    { url: "https://www.sitemaps.org/protocol.html", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "No sitemap",
      message: "No sitemap is announced in robots.txt, and there is none at the usual address.",
      why: "A sitemap tells search engines which pages you want found and when they changed. Small, well-linked sites do fine without one; on large or new sites, pages are found late or not at all.",
      fix: "Let your content management system create a sitemap.xml (most can, or have a plugin), and announce it in robots.txt with the line “Sitemap: https://your-site/sitemap.xml”.",
    },
    es: {
      title: "Sin sitemap",
      message: "robots.txt no anuncia ningún sitemap y no hay ninguno en la dirección habitual.",
      why: "El sitemap dice a los buscadores qué páginas quieres que encuentren y cuándo cambiaron. Un sitio pequeño y bien enlazado puede prescindir de él; en uno grande o nuevo, las páginas se encuentran tarde o nunca.",
      fix: "Haz que tu gestor de contenidos genere un sitemap.xml (casi todos pueden, o tienen un complemento) y anúncialo en robots.txt con la línea «Sitemap: https://tu-sitio/sitemap.xml».",
    },
  },
  check: ({ sitemaps }) => {
    if (sitemaps.length === 0) return "not-applicable";
    // One that is announced but broken is not missing: sitemap-invalid speaks of it.
    return promisedSitemaps(sitemaps).length === 0 ? { evidence: sitemaps.map(({ url }) => url) } : "pass";
  },
});
