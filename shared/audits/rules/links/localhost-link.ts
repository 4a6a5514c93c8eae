import { isLoopbackUrl } from "../../../platform/index.ts";
import type { LinkFact } from "../../facts/page-facts.ts";
import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const localhostLink = pageRule({
  id: "localhost-link",
  category: "links",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://www.rfc-editor.org/rfc/rfc6761#section-6.3", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc1122#section-3.2.1.3", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Links to localhost",
      message: "Links that lead to the visitor's own computer: {n}.",
      why: "Such addresses work only on the developer's machine. For everyone else the link is broken, and search engines cannot follow it.",
      fix: "Replace localhost with the public address. The cause is often a base address left over from development: look for it in the settings of the site or of its build.",
    },
    es: {
      title: "Enlaces a localhost",
      message: "Enlaces que llevan al propio ordenador del visitante: {n}.",
      why: "Esas direcciones solo funcionan en el ordenador de quien desarrolla. Para los demás el enlace está roto, y los buscadores no pueden seguirlo.",
      fix: "Sustituye localhost por la dirección pública. Suele ser una dirección base que quedó del desarrollo: búscala en la configuración del sitio o de su compilación.",
    },
  },
  check: onHtml(({ links }, { url: pageUrl }) => {
    if (isLoopbackUrl(pageUrl)) return "not-applicable";
    return foundIn(
      links.length,
      links.filter(isLeftover).map(({ url, text }) => `"${text}" → ${url}`),
    );
  }),
});

// A manual that says "open http://localhost:3000" means it: the text names the reader's own machine.
function isLeftover({ url, text, isInternal }: LinkFact): boolean {
  return url !== null && !isInternal && isLoopbackUrl(url) && !text.toLowerCase().includes(URL.parse(url)?.hostname ?? url);
}
