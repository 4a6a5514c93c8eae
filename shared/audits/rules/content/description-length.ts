import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { arialWidth } from "../text-width.ts";

/** Google sets result texts in Arial at 14 px, on about two lines; it publishes no limit, so these are the field's usual bounds. */
const room = { fontPixels: 14, least: 400, most: 990 } as const;

export const descriptionLength = pageRule({
  id: "description-length",
  category: "content",
  severity: "info",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/snippet", checked: "2026-11" },
    { url: "https://www.screamingfrog.co.uk/learn-seo/meta-description/", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Meta description too short or too long for a search result",
      message: `The meta description is about {pixels} pixels wide; between ${room.least} and ${room.most} works best in a search result.`,
      why: "A longer one is cut off in the results; a very short one is often replaced by text from the page.",
      fix: "Aim for about 70 to 155 characters, with what matters most at the start.",
    },
    es: {
      title: "Metadescripción demasiado corta o larga para un resultado",
      message: `La metadescripción mide unos {pixels} píxeles de ancho; en un resultado de búsqueda funciona mejor entre ${room.least} y ${room.most}.`,
      why: "Una más larga se corta en los resultados; una muy corta suele sustituirse por texto de la página.",
      fix: "Procura que tenga entre 70 y 155 caracteres, con lo más importante al principio.",
    },
  },
  check: onIndexableHtml(({ descriptions }) => {
    const description = descriptions.find((text) => text.trim() !== "");
    if (description === undefined) return "not-applicable";
    const pixels = arialWidth(description, room.fontPixels);
    return pixels < room.least || pixels > room.most ? { evidence: [description], values: { pixels } } : "pass";
  }),
});
