import type { FetchFacts } from "../../facts/page-facts.ts";
import { onRedirect } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { isSameSite } from "../same-site.ts";
import { isEndlessRedirect } from "./redirect-loop.ts";

/** What other sites answer to crawlers they do not want, while visitors get the page. */
const turnedAway: ReadonlySet<number> = new Set([401, 403, 405, 406, 429, 451, 503]);

export const redirectToError = pageRule({
  id: "redirect-to-error",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/301-redirects", checked: "2026-11" },
    { url: "https://developers.google.com/search/docs/crawling-indexing/http-network-errors", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Redirect to an error",
      message: "This address redirects to one that does not work ({problem}).",
      why: "Visitors are sent to an error page, and whatever links or ranking the old address had is lost.",
      fix: "Redirect to a page that exists and is about the same thing. If there is none, let the old address return 404 or 410 and remove the links to it.",
    },
    es: {
      title: "Redirección a un error",
      message: "Esta dirección redirige a otra que no funciona ({problem}).",
      why: "Los visitantes acaban en una página de error y se pierden los enlaces y la posición que tenía la dirección antigua.",
      fix: "Redirige a una página que exista y trate de lo mismo. Si no hay ninguna, haz que la dirección antigua devuelva 404 o 410 y quita los enlaces que llevan a ella.",
    },
  },
  check: onRedirect((hops, { url, fetch }) => {
    if (isEndlessRedirect(fetch)) return "not-applicable";
    const { finalStatus, finalUrl } = fetch;
    if (finalStatus !== null && turnedAway.has(finalStatus) && !isSameSite(finalUrl, url)) return "not-applicable";
    const problem = problemAtEnd(fetch);
    if (problem === null) return "pass";
    return { evidence: [...hops.map((hop) => `${hop.status} ${hop.url} → ${hop.location}`), `${problem} ${finalUrl}`], values: { problem } };
  }),
});

function problemAtEnd({ finalStatus, error }: FetchFacts): string | number | null {
  if (finalStatus !== null) return finalStatus >= 400 ? finalStatus : null;
  // A file that is too large works for visitors, and what our policy refuses was never asked.
  return error?.code === "timeout" || error?.code === "unreachable" || error?.code === "malformed" ? error.code : null;
}
