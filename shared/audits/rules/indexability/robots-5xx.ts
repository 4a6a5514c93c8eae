import { foundIn, siteRule } from "../rule.ts";

export const robots5xx = siteRule({
  id: "robots-5xx",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://www.rfc-editor.org/rfc/rfc9309#section-2.3.1.4", checked: "2026-11" },
    { url: "https://developers.google.com/crawling/docs/robots-txt/robots-txt-spec", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "robots.txt cannot be read",
      message: "robots.txt answers with a server error, or not at all.",
      why: "A crawler that cannot read robots.txt must assume that the whole site is closed. Google stops crawling at once and pages slowly leave its results.",
      fix: "Make robots.txt answer 200 with its text. If you do not need one, let it answer 404: that means everything may be crawled. Check that no firewall or bot protection stands in front of it.",
    },
    es: {
      title: "No se puede leer robots.txt",
      message: "robots.txt responde con un error del servidor o no responde.",
      why: "Si un rastreador no puede leer robots.txt, debe suponer que todo el sitio está cerrado. Google deja de rastrear enseguida y las páginas van saliendo de sus resultados.",
      fix: "Haz que robots.txt responda 200 con su texto. Si no lo necesitas, que responda 404: así todo queda abierto. Comprueba que ningún cortafuegos ni protección contra bots lo bloquee.",
    },
  },
  check: ({ robots }) =>
    foundIn(
      robots.length,
      robots.filter(({ outcome }) => outcome === "unreachable").map(({ url, status }) => (status === null ? url : `${url} (${status})`)),
    ),
});
