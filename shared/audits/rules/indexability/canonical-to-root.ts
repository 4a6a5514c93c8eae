import { singleCanonical } from "../../facts/derive.ts";
import { onSearchableHtml } from "../applies.ts";
import { primaryLanguage } from "../primary-language.ts";
import { pageRule } from "../rule.ts";
import { isSameSite } from "../same-site.ts";

/** Names under which servers deliver the home page itself. */
const homePath = /^\/(?:(?:index|default|home|main)(?:\.\w{2,5})?\/?)?$/i;

export const canonicalToRoot = pageRule({
  id: "canonical-to-root",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/blog/2013/04/5-common-mistakes-with-relcanonical", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/seo/canonical", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Canonical URL is the home page",
      message: "The canonical URL of this page is the home page.",
      why: "It tells search engines that this page is only a copy of the home page: its own content may drop out of the results. The cause is usually a template with a fixed address.",
      fix: "Set the canonical URL to the page's own address. Keep it only if the page really shows the same content as the home page.",
    },
    es: {
      title: "La URL canónica es la página de inicio",
      message: "La URL canónica de esta página es la página de inicio.",
      why: "Así dice a los buscadores que es una simple copia de la página de inicio, y su contenido puede desaparecer de los resultados. La causa suele ser una plantilla con una dirección fija.",
      fix: "Pon como URL canónica la de la propia página. Déjala así solo si de verdad muestra lo mismo que la página de inicio.",
    },
  },
  check: onSearchableHtml((_, facts) => {
    const target = singleCanonical(facts);
    const [to, from] = [target === null ? null : URL.parse(target), URL.parse(facts.url)];
    if (to === null || from === null) return "not-applicable";
    const pointsHome = to.pathname === "/" && to.search === "" && isSameSite(to.href, from.href);
    return pointsHome && !isHome(from.pathname, primaryLanguage(facts)) ? { evidence: [to.href] } : "pass";
  }),
});

// On many multilingual sites `/en/` or `/en-us/` is the home page itself, and pointing it to `/` is right.
function isHome(path: string, pageLanguage: string | null): boolean {
  const [primary, region = "xx", ...rest] = path
    .replace(/^\/|\/$/g, "")
    .toLowerCase()
    .split("-");
  return homePath.test(path) || (primary === pageLanguage && region.length === 2 && rest.length === 0);
}
