import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const nosniffMissing = pageRule({
  id: "nosniff-missing",
  category: "security",
  severity: "info",
  version: 1,
  sources: [
    { url: "https://fetch.spec.whatwg.org/#x-content-type-options-header", checked: "2026-11" },
    { url: "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Content-Type-Options", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Browsers may guess file types",
      message: "The response has no X-Content-Type-Options: nosniff header.",
      why: "A browser may then treat an uploaded file as a script although the server calls it something else.",
      fix: "Let the server send X-Content-Type-Options: nosniff with every response.",
    },
    es: {
      title: "Los navegadores pueden adivinar el tipo de archivo",
      message: "La respuesta no tiene la cabecera X-Content-Type-Options: nosniff.",
      why: "Un navegador puede tratar entonces como script un archivo subido, aunque el servidor diga que es otra cosa.",
      fix: "Haz que el servidor envíe X-Content-Type-Options: nosniff en todas las respuestas.",
    },
  },
  // Browsers heed the first value only (Fetch standard).
  check: onHtml((_, { fetch }) => {
    const header = fetch.headers["x-content-type-options"] ?? "";
    return header.split(",")[0]?.trim().toLowerCase() === "nosniff" ? "pass" : { evidence: [`x-content-type-options: ${header}`] };
  }),
});
