import { onRedirect } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { isSameSite } from "../same-site.ts";
import { isEndlessRedirect } from "./redirect-loop.ts";

export const redirectChain = pageRule({
  id: "redirect-chain",
  category: "indexability",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/301-redirects", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/crawling-indexing/site-move-with-url-changes", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Redirect chain",
      message: "This address redirects {hops} times before a page answers.",
      why: "Every hop costs visitors time, most of all on a phone. Crawlers follow only some hops in one go, so the page at the end is found later.",
      fix: "Let the first address redirect straight to the last one, and point your own links there too.",
    },
    es: {
      title: "Cadena de redirecciones",
      message: "Esta dirección redirige {hops} veces antes de que responda una página.",
      why: "Cada salto hace esperar a los visitantes, sobre todo en el móvil. Los rastreadores solo siguen unos pocos saltos seguidos, así que tardan más en encontrar la página final.",
      fix: "Haz que la primera dirección redirija directamente a la última, y apunta ahí también tus propios enlaces.",
    },
  },
  check: onRedirect((hops, { url, fetch }) => {
    if (isEndlessRedirect(fetch)) return "not-applicable";
    // What other sites redirect (a sign-in service, a shop behind a partner link) is not in this site's hands.
    const own = hops.filter((hop) => isSameSite(hop.url, url));
    if (own.length < 2) return "pass";
    return { evidence: hops.map((hop) => `${hop.status} ${hop.url} → ${hop.location}`), values: { hops: hops.length } };
  }),
});
