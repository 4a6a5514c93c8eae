import { onAnswer } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const http5xx = pageRule({
  id: "http-5xx",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/http-network-errors", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.6", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Server error",
      message: "The server fails with status {status} when asked for this page.",
      why: "Visitors see an error. Search engines crawl the whole site more slowly while errors last, and remove pages that keep failing.",
      fix: "Ask whoever runs the site to look in the server's log at this address and time. If the failure is planned maintenance, return 503 with a Retry-After header and keep it short.",
    },
    es: {
      title: "Error del servidor",
      message: "El servidor falla con el código {status} al pedirle esta página.",
      why: "Los visitantes ven un error. Mientras dura, los buscadores rastrean más despacio todo el sitio, y acaban retirando las páginas que siguen fallando.",
      fix: "Pide a quien administra el sitio que busque esta dirección y esta hora en el registro del servidor. Si es un mantenimiento previsto, devuelve 503 con la cabecera Retry-After y que dure poco.",
    },
  },
  check: onAnswer((status) => (status >= 500 && status <= 599 ? { evidence: [`HTTP ${status}`], values: { status } } : "pass")),
});
