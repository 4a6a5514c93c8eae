import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const viewportMissing = pageRule({
  id: "viewport-missing",
  category: "mobile",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developer.chrome.com/docs/lighthouse/pwa/viewport", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/crawling-indexing/mobile/mobile-sites-mobile-first-indexing", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page not set up for mobile",
      message: "The page has no viewport meta tag, or an empty one.",
      why: "Phones then draw it as wide as a desktop screen and shrink it: the text is too small to read. Google indexes the page as a phone sees it.",
      fix: 'Add <meta name="viewport" content="width=device-width, initial-scale=1"> to the head, then look at the page on a phone.',
    },
    es: {
      title: "Página sin preparar para móviles",
      message: "La página no tiene la etiqueta meta viewport, o está vacía.",
      why: "El móvil la muestra entonces con el ancho de un ordenador y la encoge: el texto queda demasiado pequeño para leerlo. Google indexa la página tal como la ve un móvil.",
      fix: 'Añade <meta name="viewport" content="width=device-width, initial-scale=1"> en el head y después mira la página en un móvil.',
    },
  },
  check: onHtml(({ viewport }, { url }) => (viewport === null || viewport.trim() === "" ? { evidence: [url] } : "pass")),
});
