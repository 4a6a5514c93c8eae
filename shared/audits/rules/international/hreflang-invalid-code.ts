import { onHtml } from "../applies.ts";
import { foundIn, pageRule } from "../rule.ts";
import { isKnownLanguage } from "./is-known-language.ts";
import { regions } from "./language-codes.ts";

/** Language, optional ISO 15924 script, optional region. */
const shape = /^([a-z]{2,3})(?:-[a-z]{4})?(?:-([a-z]{2}|\d{3}))?$/;

export const hreflangInvalidCode = pageRule({
  id: "hreflang-invalid-code",
  category: "international",
  severity: "error",
  version: 1,
  sources: [
    { url: "https://developers.google.com/search/docs/specialty/international/localized-versions", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/seo/hreflang", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Unknown language code in hreflang",
      message: "hreflang codes that no search engine understands: {n}.",
      why: "Search engines ignore a version whose code they do not know, so its readers get another language or country in their results.",
      fix: "Use a language code (en), with a country if needed (en-GB, not en-UK), a hyphen and never an underscore. Use x-default for everyone else.",
    },
    es: {
      title: "Código de idioma desconocido en hreflang",
      message: "Códigos hreflang que ningún buscador entiende: {n}.",
      why: "Los buscadores ignoran una versión cuyo código no conocen, y sus lectores reciben otro idioma o país en los resultados.",
      fix: "Usa un código de idioma (es), con país si hace falta (en-GB, no en-UK), con guion y nunca con guion bajo. Usa x-default para el resto.",
    },
  },
  check: onHtml(({ hreflangs }) =>
    foundIn(
      hreflangs.length,
      hreflangs.filter(({ code }) => !isUnderstood(code)).map(({ code, href }) => `hreflang="${code}" → ${href}`),
    ),
  ),
});

function isUnderstood(written: string): boolean {
  const code = written.trim().toLowerCase();
  if (code === "x-default") return true;
  const [, language, region] = shape.exec(code) ?? [];
  if (language === undefined || !isKnownLanguage(language)) return false;
  // Numbers are UN M49 areas such as es-419: Google documents none, uses some, and passes over those it does not know.
  return region === undefined || /^\d/.test(region) || regions.has(region.toUpperCase());
}
