import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";

export const langMissing = pageRule({
  id: "lang-missing",
  category: "international",
  severity: "warning",
  version: 2,
  sources: [
    { url: "https://www.w3.org/International/questions/qa-html-language-declarations", checked: "2026-11" },
    { url: "https://www.w3.org/WAI/WCAG22/Understanding/language-of-page.html", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Language of the page not declared",
      message: "The html element of the page has no lang attribute, or an empty one.",
      why: "Screen readers then read it with the wrong pronunciation, and browsers, translators and some search engines have to guess.",
      fix: 'Declare the language on the html element, such as <html lang="en">. xml:lang alone is not enough: it counts only in pages sent as application/xhtml+xml.',
    },
    es: {
      title: "Idioma de la página sin declarar",
      message: "El elemento html de la página no tiene el atributo lang, o está vacío.",
      why: "Los lectores de pantalla la leen con una pronunciación equivocada, y navegadores, traductores y algunos buscadores tienen que adivinar el idioma.",
      fix: 'Declara el idioma en el elemento html, por ejemplo <html lang="es">. No basta con xml:lang: solo cuenta en páginas enviadas como application/xhtml+xml.',
    },
  },
  check: onHtml(({ lang }, { url }) => (lang === null || lang.trim() === "" ? { evidence: [url] } : "pass")),
});
