import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const cspMissing = pageRule({
  id: "csp-missing",
  category: "security",
  severity: "info",
  version: 2,
  sources: [
    { url: "https://www.w3.org/TR/CSP3/#csp-header", checked: "2026-11" },
    { url: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "No content security policy (CSP)",
      message: "There is no Content-Security-Policy, neither as a header of the response nor as a meta tag of the page.",
      why: "The policy tells browsers which scripts and frames belong to the site. Without it, a script that someone injects into a page runs unhindered.",
      fix: "Ask a developer to start with Content-Security-Policy-Report-Only, read what it reports for a while, and then enforce it.",
    },
    es: {
      title: "Sin política de seguridad de contenido (CSP)",
      message: "No hay Content-Security-Policy, ni como cabecera de la respuesta ni como etiqueta meta de la página.",
      why: "La política dice a los navegadores qué scripts y marcos son del sitio. Sin ella, un script inyectado en una página se ejecuta sin obstáculos.",
      fix: "Pide al equipo de desarrollo que empiece con Content-Security-Policy-Report-Only, lea un tiempo lo que notifica y después la aplique.",
    },
  },
  check: onHtml(({ hasPolicyMeta }, { url, fetch }) => {
    const header = (fetch.headers["content-security-policy"] ?? "").trim();
    return header === "" && !hasPolicyMeta ? { evidence: [url] } : "pass";
  }),
});
