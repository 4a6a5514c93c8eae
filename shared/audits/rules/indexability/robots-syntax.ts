import { distinctRobotsFiles } from "../robots-files.ts";
import { foundIn, siteRule } from "../rule.ts";

export const robotsSyntax = siteRule({
  id: "robots-syntax",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://www.rfc-editor.org/rfc/rfc9309#section-2.2", checked: "2026-11" },
    { url: "https://developers.google.com/crawling/docs/robots-txt/robots-txt-spec", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "robots.txt has lines that crawlers ignore or misread",
      message: "Lines of robots.txt that crawlers ignore or may misread: {n}.",
      why: "Crawlers skip a line they do not understand without telling you. What you meant to block may stay open, and a sitemap you meant to announce may never be found.",
      fix: "Correct or remove the lines listed. Every rule needs a User-agent line above it, names must be spelled as in the standard (Allow, Disallow), and a Sitemap line needs a full address with https://.",
    },
    es: {
      title: "robots.txt tiene líneas que los rastreadores ignoran o malinterpretan",
      message: "Líneas de robots.txt que los rastreadores ignoran o pueden malinterpretar: {n}.",
      why: "Los rastreadores se saltan sin avisar las líneas que no entienden. Lo que querías bloquear puede seguir abierto, y un sitemap que querías anunciar puede no encontrarse nunca.",
      fix: "Corrige o borra las líneas indicadas. Cada regla necesita antes una línea User-agent, los nombres se escriben como en el estándar (Allow, Disallow) y la línea Sitemap lleva la dirección completa, con https://.",
    },
  },
  check: ({ robots }) => {
    const files = distinctRobotsFiles(robots);
    return foundIn(
      files.length,
      files.flatMap(({ url, problems }) => {
        const file = files.length > 1 ? `${url} ` : "";
        return problems.map(({ line, text, kind }) => `${file}line ${line}: ${text} (${kind.replaceAll("-", " ")})`);
      }),
    );
  },
});
