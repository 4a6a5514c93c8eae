import { onIndexableHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const descriptionMissing = pageRule({
  id: "description-missing",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/snippet", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/seo/meta-description", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page without a meta description",
      message: "The page has no meta description, or an empty one.",
      why: "Search engines often show the meta description under the title. Without one they pick sentences from the page, which may be a menu or a cookie notice.",
      fix: "Write one or two sentences that say what readers find on this page, and put them in the meta description.",
    },
    es: {
      title: "Página sin metadescripción",
      message: "La página no tiene metadescripción, o está vacía.",
      why: "Los buscadores suelen mostrar la metadescripción bajo el título. Si falta, eligen frases de la página, que pueden ser un menú o un aviso de cookies.",
      fix: "Escribe una o dos frases que digan qué se encuentra en la página y ponlas en la metadescripción.",
    },
  },
  check: onIndexableHtml(({ descriptions }, { url }) => (descriptions.every((text) => text.trim() === "") ? { evidence: [url] } : "pass")),
});
