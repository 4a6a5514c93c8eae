import { onAnswer } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const http4xx = pageRule({
  id: "http-4xx",
  category: "indexability",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/crawling-indexing/http-network-errors", checked: "2026-11" },
    { url: "https://www.rfc-editor.org/rfc/rfc9110#section-15.5", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page not found or access denied",
      message: "The address returns status {status} instead of a page.",
      why: "Visitors who follow a link here reach a dead end, and search engines drop the address from their results.",
      fix: "Bring the page back, redirect the address to its closest replacement (301), or remove the links that lead to it. With 401 or 403, link only where visitors can sign in. With 429, the site received too many requests: lower the requests per second and audit again.",
    },
    es: {
      title: "Página no encontrada o de acceso restringido",
      message: "La dirección responde con el código {status} en vez de una página.",
      why: "Quien sigue un enlace hasta aquí no encuentra nada, y los buscadores retiran la dirección de sus resultados.",
      fix: "Recupera la página, redirige la dirección a la que mejor la sustituya (301) o quita los enlaces que llevan a ella. Si es 401 o 403, enlázala solo donde se pueda iniciar sesión. Si es 429, el sitio recibió demasiadas peticiones: baja las peticiones por segundo y repite la auditoría.",
    },
  },
  check: onAnswer((status) => (status >= 400 && status <= 499 ? { evidence: [`HTTP ${status}`], values: { status } } : "pass")),
});
