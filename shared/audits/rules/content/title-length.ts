import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { arialWidth } from "../text-width.ts";

/** Google sets result titles in Arial at 20 px, in a column of about 600 px; it publishes no limit, so these are the field's usual bounds. */
const room = { fontPixels: 20, least: 200, most: 580 } as const;

export const titleLength = pageRule({
  id: "title-length",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/title-link", checked: "2026-11" },
    { url: "https://www.screamingfrog.co.uk/learn-seo/page-title/", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Title too short or too long for a search result",
      message: `The title is about {pixels} pixels wide; between ${room.least} and ${room.most} works best in a search result.`,
      why: "A longer title is cut off in the results, often at the words that matter; a very short one gives people little reason to click.",
      fix: "Aim for about 30 to 60 characters. Put what is special about the page first and the name of the site last.",
    },
    es: {
      title: "Título demasiado corto o largo para un resultado",
      message: `El título mide unos {pixels} píxeles de ancho; en un resultado de búsqueda funciona mejor entre ${room.least} y ${room.most}.`,
      why: "Un título más largo se corta en los resultados, a menudo en las palabras que importan; uno muy corto da pocos motivos para hacer clic.",
      fix: "Procura que tenga entre 30 y 60 caracteres. Pon primero lo propio de la página y al final el nombre del sitio.",
    },
  },
  check: onIndexableHtml(({ titles }) => {
    const title = titles.find((text) => text.trim() !== "");
    if (title === undefined) return "not-applicable";
    const pixels = arialWidth(title, room.fontPixels);
    return pixels < room.least || pixels > room.most ? { evidence: [title], values: { pixels } } : "pass";
  }),
});
