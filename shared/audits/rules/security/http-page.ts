import { isLoopbackUrl } from "../../../platform/index.ts";
import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const httpPage = pageRule({
  id: "http-page",
  category: "security",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/appearance/page-experience", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/best-practices/is-on-https", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Page without HTTPS",
      message: "The page is delivered over http, without encryption.",
      why: "Anyone between visitor and server can read or change it, browsers mark it as not secure, and search engines prefer the https version.",
      fix: "Get a certificate for the site (most hosts offer one for free) and redirect every http address to its https version with status 301 or 308.",
    },
    es: {
      title: "Página sin HTTPS",
      message: "La página se entrega por http, sin cifrar.",
      why: "Cualquiera entre el visitante y el servidor puede leerla o cambiarla, los navegadores la marcan como no segura y los buscadores prefieren la versión https.",
      fix: "Consigue un certificado para el sitio (casi todos los alojamientos lo ofrecen gratis) y redirige cada dirección http a su versión https con el código 301 o 308.",
    },
  },
  check: onHtml((_, { url }) => {
    if (isLoopbackUrl(url)) return "not-applicable";
    return url.startsWith("http:") ? { evidence: [url] } : "pass";
  }),
});
