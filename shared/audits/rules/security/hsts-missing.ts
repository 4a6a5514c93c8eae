import { isLoopbackUrl } from "../../../platform/index.ts";
import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const hstsMissing = pageRule({
  id: "hsts-missing",
  category: "security",
  severity: "info",
  version: 1,
  sources: [
    { url: "https://www.rfc-editor.org/rfc/rfc6797#section-6.1", checked: "2026-11" },
    { url: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Browsers are not told to insist on HTTPS (HSTS)",
      message: "The response has no effective Strict-Transport-Security header.",
      why: "A visitor's first request may still go out over http, where it can be intercepted or redirected to a fake site.",
      fix: "Once the whole site works over https, let the server send Strict-Transport-Security: max-age=31536000. Start with a short max-age if you are not sure.",
    },
    es: {
      title: "No se pide a los navegadores que exijan HTTPS (HSTS)",
      message: "La respuesta no tiene una cabecera Strict-Transport-Security efectiva.",
      why: "La primera petición de un visitante aún puede salir por http, donde se puede interceptar o desviar a un sitio falso.",
      fix: "Cuando todo el sitio funcione por https, haz que el servidor envíe Strict-Transport-Security: max-age=31536000. Si tienes dudas, empieza con un max-age corto.",
    },
  },
  check: onHtml((_, { url, fetch }) => {
    if (!url.startsWith("https:") || isLoopbackUrl(url)) return "not-applicable";
    const header = fetch.headers["strict-transport-security"] ?? "";
    return secondsOf(header) > 0 ? "pass" : { evidence: [`strict-transport-security: ${header}`] };
  }),
});

// A max-age of 0 tells browsers to forget the policy (RFC 6797, 6.1.1).
function secondsOf(header: string): number {
  const [, seconds] = /(?:^|[;,\s])max-age\s*=\s*"?(\d+)/i.exec(header) ?? [];
  return Number(seconds ?? 0);
}
