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
      message: "robots.txt returns a server error or 429, or does not respond.",
      why: "A crawler that cannot read robots.txt must assume that the whole site is blocked. Google stops crawling at once, and pages slowly drop out of its results.",
      fix: "Make robots.txt return 200 with its text. If you do not need one, let it return 404: that means everything may be crawled. Check that no firewall or bot protection stands in front of it.",
    },
    es: {
      title: "No se puede leer robots.txt",
      message: "robots.txt devuelve un error del servidor o un 429, o no responde.",
      why: "Si un rastreador no puede leer robots.txt, debe suponer que todo el sitio está bloqueado. Google deja de rastrear enseguida y las páginas van desapareciendo de sus resultados.",
      fix: "Haz que robots.txt devuelva 200 con su texto. Si no lo necesitas, que devuelva 404: eso significa que todo se puede rastrear. Comprueba que ningún cortafuegos ni protección contra bots lo bloquee.",
    },
  },
  check: ({ robots }) =>
    foundIn(
      robots.length,
      robots.filter(({ outcome }) => outcome === "unreachable").map(({ url, status }) => (status === null ? url : `${url} (${status})`)),
    ),
});
