import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

/** WCAG 2.2.1 counts 20 hours as no time limit at all. */
const longEnoughSeconds = 72_000;

export const metaRefresh = pageRule({
  id: "meta-refresh",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/301-redirects", checked: "2026-11" },
    { url: "https://www.w3.org/WAI/WCAG22/Techniques/failures/F41", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page that refreshes by itself",
      message: "A meta refresh takes visitors away or reloads the page after {seconds} s.",
      why: "Search engines may read it as a redirect and index another page in place of this one. It interrupts readers without asking, and those who use a screen reader have to start again from the top.",
      fix: "To send visitors elsewhere, use a redirect on the server (301 or 308). To show fresh content, load it inside the page or offer a button.",
    },
    es: {
      title: "Página que se recarga sola",
      message: "Un meta refresh lleva a otra página o recarga esta a los {seconds} s.",
      why: "Los buscadores pueden entenderlo como una redirección e indexar otra página en lugar de esta. Interrumpe a quien lee sin avisar, y quien usa un lector de pantalla tiene que empezar de nuevo.",
      fix: "Para enviar a los visitantes a otra página, usa una redirección en el servidor (301 o 308). Para mostrar contenido nuevo, cárgalo dentro de la página u ofrece un botón.",
    },
  },
  check: onHtml(({ metaRefresh: refresh }) => {
    if (refresh === null || refresh.seconds >= longEnoughSeconds) return "pass";
    const { seconds, url } = refresh;
    return { evidence: [url === null ? `${seconds}` : `${seconds}; url=${url}`], values: { seconds } };
  }),
});
