import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";

export const mixedContent = pageRule({
  id: "mixed-content",
  category: "security",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://www.w3.org/TR/mixed-content/", checked: "2026-11" },
    { url: "https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Secure page loads insecure files (mixed content)",
      message: "Files that this https page loads over http: {n}.",
      why: "Browsers block such scripts, styles and frames, so parts of the page are missing or do not work; images may be blocked too.",
      fix: "Change the addresses listed to https://. If a provider does not offer https, host the file yourself or replace it.",
    },
    es: {
      title: "Página segura que carga archivos inseguros (contenido mixto)",
      message: "Archivos que esta página https carga por http: {n}.",
      why: "Los navegadores bloquean esos scripts, estilos y marcos, y entonces faltan partes de la página o no funcionan; también pueden bloquear imágenes.",
      fix: "Cambia a https:// las direcciones de la lista. Si un proveedor no ofrece https, aloja tú el archivo o sustitúyelo.",
    },
  },
  check: onHtml((html, { url }) => (url.startsWith("https:") ? foundIn(1, html.mixedContent) : "not-applicable")),
});
