import type { FetchFacts } from "../../facts/page-facts.ts";
import { onRedirect } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const redirectLoop = pageRule({
  id: "redirect-loop",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/http-network-errors", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.4", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Redirects that never end",
      message: "This address redirects in a circle, or too often to follow. Redirects followed without reaching a page: {hops}.",
      why: "Browsers give up with an error and search engines can never index the page. The cause is often two rules that undo each other, such as adding and removing a slash or www.",
      fix: "Follow the hops listed, find the two rules that disagree, and keep one of them. Check it without cookies too: some sites loop only for visitors who have none.",
    },
    es: {
      title: "Redirecciones que no terminan",
      message: "Esta dirección redirige en círculo o demasiadas veces. Redirecciones seguidas sin llegar a ninguna página: {hops}.",
      why: "Los navegadores se rinden con un error y los buscadores nunca pueden indexar la página. La causa suele ser dos reglas que se contradicen, como añadir y quitar una barra o las www.",
      fix: "Sigue los saltos de la lista, busca las dos reglas que se contradicen y quédate con una. Compruébalo también sin cookies: algunos sitios solo entran en bucle para quien no las tiene.",
    },
  },
  check: onRedirect((hops, { fetch }) => {
    if (!isEndlessRedirect(fetch)) return "pass";
    return { evidence: hops.map((hop) => `${hop.status} ${hop.url} → ${hop.location}`), values: { hops: hops.length } };
  }),
});

/** Whether following the redirects led in a circle or past the limit of hops. */
export function isEndlessRedirect({ error }: FetchFacts): boolean {
  return error?.code === "redirect-loop" || error?.code === "too-many-redirects";
}
