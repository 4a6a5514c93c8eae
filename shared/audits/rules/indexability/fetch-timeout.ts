import type { FetchFacts } from "../../facts/page-facts.ts";
import { onNoRedirect } from "../applies.ts";
import { pageRule } from "../rule.ts";

/** `refused` is missing on purpose: there our own policy kept us from asking, and the page may be in order. */
const noUsableAnswer: ReadonlySet<NonNullable<FetchFacts["error"]>["code"]> = new Set(["timeout", "unreachable", "too-large", "malformed"]);

export const fetchTimeout = pageRule({
  id: "fetch-timeout",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [{ url: "https://developers.google.com/search/docs/crawling-indexing/http-network-errors", checked: "2026-11" }],
  text: {
    en: {
      title: "No usable response",
      message: "The page gave no usable response ({problem}).",
      why: "A crawler that gets no response treats it like a server error: it comes back less often, and in the end the page drops out of the results. Visitors wait in vain.",
      fix: "Open the address from outside your own network. If it is slow or never ends, have its database queries and caching checked; if it cannot be reached, check DNS, the certificate and the firewall; if it is too large, split it or send the data as a file.",
    },
    es: {
      title: "Sin respuesta útil",
      message: "La página no dio una respuesta útil ({problem}).",
      why: "Para un rastreador, no recibir respuesta equivale a un error del servidor: vuelve con menos frecuencia y la página acaba desapareciendo de los resultados. Los visitantes esperan en vano.",
      fix: "Abre la dirección desde fuera de tu red. Si es lenta o no termina, haz revisar las consultas a la base de datos y la caché; si no se puede llegar a ella, revisa el DNS, el certificado y el cortafuegos; si es demasiado grande, divídela o entrega los datos como archivo.",
    },
  },
  check: onNoRedirect(({ fetch: { outcome, error } }) => {
    if (outcome !== "failed" || error === null) return "pass";
    return noUsableAnswer.has(error.code) ? { evidence: [error.message], values: { problem: error.code } } : "not-applicable";
  }),
});
