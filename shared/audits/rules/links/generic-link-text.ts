import type { LinkFact } from "../../facts/page-facts.ts";
import { onHtml } from "../applies.ts";
import { primaryLanguage } from "../primary-language.ts";
import { foundIn, pageRule } from "../rule.ts";
import { ambiguousTexts, genericLinkTexts } from "./generic-link-texts.ts";

/** For pages that do not say their language. */
const everyText: ReadonlySet<string> = new Set(
  Object.values(genericLinkTexts)
    .flatMap((texts) => [...texts])
    .filter((text) => !ambiguousTexts.has(text)),
);

export const genericLinkText = pageRule({
  id: "generic-link-text",
  category: "links",
  severity: "warning",
  version: 2,
  sources: [
    { url: "https://developer.chrome.com/docs/lighthouse/seo/link-text", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/crawling-indexing/links-crawlable", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Links that do not say where they lead",
      message: "Links with a text that says nothing about their target: {n}.",
      why: "The text of a link tells people and search engines what to expect behind it. Someone who has a list of links read aloud hears “here, here, more”.",
      fix: "Name the target in the link: not “read more”, but “prices and delivery times”.",
    },
    es: {
      title: "Enlaces que no dicen adónde llevan",
      message: "Enlaces cuyo texto no dice nada de su destino: {n}.",
      why: "El texto de un enlace anuncia a personas y buscadores qué hay detrás. Quien escucha la lista de enlaces oye «aquí, aquí, más».",
      fix: "Nombra el destino en el enlace: no «leer más», sino «precios y plazos de entrega».",
    },
  },
  check: onHtml(({ links }, facts) => {
    const spoken = primaryLanguage(facts);
    const texts = spoken === null ? everyText : genericLinkTexts[spoken];
    if (texts === undefined) return "not-applicable";
    const elsewhere = links.filter((link) => leadsElsewhere(link, facts.url));
    return foundIn(
      elsewhere.length,
      elsewhere.filter(({ text }) => isOneOf(texts, text.trim())).map(({ text, url }) => `"${text}" → ${url}`),
    );
  }),
});

const longest = Math.max(...Object.values(genericLinkTexts).flatMap((texts) => [...texts].map(({ length }) => length)));

/** Most texts are longer than any of the list, and need not be lower-cased to tell. */
function isOneOf(texts: ReadonlySet<string>, text: string): boolean {
  return text.length <= longest && texts.has(text.toLowerCase());
}

// As Lighthouse does: no text is asked of links that no crawler follows, or that jump within the page.
function leadsElsewhere({ url, rel }: LinkFact, pageUrl: string): boolean {
  return url !== null && url !== pageUrl && !rel.includes("nofollow");
}
