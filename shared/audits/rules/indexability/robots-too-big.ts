import { maxRobotsBytes } from "../../robots/index.ts";
import { foundIn, siteRule } from "../rule.ts";

export const robotsTooBig = siteRule({
  id: "robots-too-big",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://www.rfc-editor.org/rfc/rfc9309#section-2.5", checked: "2026-11" },
    { url: "https://developers.google.com/crawling/docs/robots-txt/robots-txt-spec", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "robots.txt is too big",
      message: "robots.txt is larger than 500 KiB; crawlers ignore what comes after that.",
      why: "Google and others read the first 500 KiB. Rules and sitemaps further down do not exist for them.",
      fix: "Shorten the file: replace lists of single pages with patterns for folders (such as /search/ or /*?sort=), and keep single pages out of search results with noindex instead.",
    },
    es: {
      title: "robots.txt es demasiado grande",
      message: "robots.txt pesa más de 500 KiB; los rastreadores ignoran lo que viene después.",
      why: "Google y otros leen los primeros 500 KiB. Para ellos, las reglas y los sitemaps que siguen no existen.",
      fix: "Acorta el archivo: sustituye las listas de páginas sueltas por patrones de carpetas (como /buscar/ o /*?orden=) y usa noindex para dejar páginas sueltas fuera de los resultados.",
    },
  },
  check: ({ robots }) => {
    const found = robots.filter(({ outcome }) => outcome === "found");
    return foundIn(
      found.length,
      found.filter(({ bytes }) => bytes > maxRobotsBytes).map(({ url }) => url),
    );
  },
});
