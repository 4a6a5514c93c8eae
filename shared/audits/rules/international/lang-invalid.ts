import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { twoLetterLanguages } from "./language-codes.ts";
import { isWellFormedTag } from "./language-tag.ts";

export const langInvalid = pageRule({
  id: "lang-invalid",
  category: "international",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://www.rfc-editor.org/rfc/rfc5646#section-2.1", checked: "2026-11" },
    { url: "https://www.w3.org/International/articles/language-tags/", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Invalid language code",
      message: "“{lang}” is not a valid language code.",
      why: "A wrong code is as good as none: screen readers use the wrong pronunciation, and browsers and translators have to guess the language.",
      fix: "Use a code such as en, es or pt-BR: two or three letters, then a hyphen and the country only if it matters. No underscore and no spelled-out name.",
    },
    es: {
      title: "Código de idioma no válido",
      message: "«{lang}» no es un código de idioma válido.",
      why: "Un código erróneo vale tanto como ninguno: los lectores de pantalla pronuncian mal, y navegadores y traductores tienen que adivinar el idioma.",
      fix: "Usa un código como es, en o pt-BR: dos o tres letras y, solo si importa, un guion y el país. Sin guion bajo ni el nombre completo del idioma.",
    },
  },
  check: onHtml(({ lang }) => {
    const tag = lang?.trim() ?? "";
    if (tag === "") return "not-applicable";
    return isWellFormedTag(tag) && !isUnassigned(tag) ? "pass" : { evidence: [`lang="${tag}"`], values: { lang: tag.slice(0, 60).toWellFormed() } };
  }),
});

// The shape allows "english" and "xx", but the registry has no language of four letters or more and every one of two is in our table.
function isUnassigned(tag: string): boolean {
  const [language = ""] = tag.toLowerCase().split("-");
  return language.length > 3 || (language.length === 2 && !twoLetterLanguages.has(language));
}
