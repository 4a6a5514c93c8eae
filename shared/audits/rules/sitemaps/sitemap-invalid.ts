import type { SitemapFacts } from "../../facts/site-facts.ts";
import { foundIn, siteRule } from "../rule.ts";
import { promisedSitemaps } from "./promised-sitemaps.ts";

function describe({ url, status, problem }: SitemapFacts): string {
  const reason = problem ?? status;
  return reason === null ? url : `${url} (${reason})`;
}

export const sitemapInvalid = siteRule({
  id: "sitemap-invalid",
  category: "sitemaps",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://www.sitemaps.org/protocol.html", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/crawling-indexing/sitemaps/build-sitemap", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Sitemaps that cannot be read",
      message: "Sitemaps that could not be fetched or read: {n}.",
      why: "Search engines drop a sitemap they cannot read, with every page in it. New pages are then found only through links.",
      fix: "Open each address listed. It should return 200 with XML (or plain text with one address per line), at most 50,000 addresses and 50 MB. If it moved, correct its address in robots.txt or in the sitemap index.",
    },
    es: {
      title: "Sitemaps que no se pueden leer",
      message: "Sitemaps que no se pudieron descargar o leer: {n}.",
      why: "Los buscadores descartan un sitemap que no pueden leer, con todas sus páginas. Las páginas nuevas se encuentran entonces solo por los enlaces.",
      fix: "Abre cada dirección indicada. Debe devolver 200 con XML (o texto con una dirección por línea), con un máximo de 50.000 direcciones y 50 MB. Si cambió de sitio, corrige su dirección en robots.txt o en el índice de sitemaps.",
    },
  },
  check: ({ sitemaps }) => {
    const promised = promisedSitemaps(sitemaps);
    return foundIn(promised.length, promised.filter(({ outcome }) => outcome !== "found").map(describe));
  },
});
