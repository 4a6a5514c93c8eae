import { type Hreflang, limits } from "../../facts/page-facts.ts";
import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const hreflangRelative = pageRule({
  id: "hreflang-relative",
  category: "international",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/specialty/international/localized-versions", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/seo/hreflang", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "hreflang without a full address",
      message: "hreflang links without a full address: {n}.",
      why: "Search engines ask for complete addresses here. A relative one may be ignored, and with it the language version it announces.",
      fix: "Write each address in full, with https:// and the domain, also where it is the page itself.",
    },
    es: {
      title: "hreflang sin dirección completa",
      message: "Enlaces hreflang sin una dirección completa: {n}.",
      why: "Los buscadores piden aquí direcciones completas. Una relativa puede ignorarse, y con ella la versión de idioma que anuncia.",
      fix: "Escribe cada dirección completa, con https:// y el dominio, también cuando sea la de la propia página.",
    },
  },
  check: onHtml(({ hreflangs }) =>
    foundIn(
      hreflangs.length,
      hreflangs.filter(isIncomplete).map(({ code, href }) => `hreflang="${code}" → "${href}"`),
    ),
  ),
});

// An address that was cut to its limit has no `url` either, though it may well work.
function isIncomplete({ isRelative, href, url }: Hreflang): boolean {
  return isRelative || (url === null && href.length < limits.urlCharacters);
}
