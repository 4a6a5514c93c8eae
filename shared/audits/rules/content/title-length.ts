import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { arialWidth } from "../text-width.ts";

/**
 * On a desktop Google sets result titles in Arial at 20 px, in a column of about 600 px, and cuts what does not fit; on a phone they
 * take two lines. It publishes no limit and asks for no least length, so a short title such as the name of a command is right as it is.
 */
const room = { fontPixels: 20, pixels: 600 } as const;
/** The name of the site takes less, about 35 characters; a longer last part belongs to the page. */
const maxSiteNamePixels = 350;
const parts = /^(.+) (?:[-–—|·•»«]|::) (.+)$/su;

export const titleLength = pageRule({
  id: "title-length",
  category: "content",
  severity: "info",
  version: 2,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/title-link", checked: "2026-11" },
    { url: "https://www.screamingfrog.co.uk/learn-seo/page-title/", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Title too long for a search result",
      message: `The title is about {pixels} pixels wide without the name of the site; a search result on a desktop shows about ${room.pixels}.`,
      why: "The end of the title is cut off in the results, and with it words about this page. Search engines still read all of it, so this is about what people see.",
      fix: "Say what is special about the page in the first 60 characters or so, and put what can be missed at the end.",
    },
    es: {
      title: "Título demasiado largo para un resultado",
      message: `El título mide unos {pixels} píxeles de ancho sin contar el nombre del sitio; un resultado de búsqueda en un ordenador muestra unos ${room.pixels}.`,
      why: "El final del título se corta en los resultados, y con él palabras sobre esta página. Los buscadores lo leen entero de todos modos: se trata de lo que ven las personas.",
      fix: "Di lo propio de la página en los primeros 60 caracteres, más o menos, y deja para el final lo que puede faltar.",
    },
  },
  check: onIndexableHtml(({ titles }) => {
    const title = titles.find((text) => text.trim() !== "");
    if (title === undefined) return "not-applicable";
    const pixels = arialWidth(withoutSiteName(title), room.fontPixels);
    return pixels > room.pixels ? { evidence: [title], values: { pixels } } : "pass";
  }),
});

// Nothing is lost where only "… - My shop" is cut: Google shows the name of the site above the title anyway.
function withoutSiteName(title: string): string {
  const [, page, last] = parts.exec(title.trim()) ?? [];
  return page !== undefined && last !== undefined && arialWidth(last, room.fontPixels) <= maxSiteNamePixels ? page : title;
}
