import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { isXhtml } from "./xhtml.ts";

export const charsetMissing = pageRule({
  id: "charset-missing",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://html.spec.whatwg.org/multipage/semantics.html#charset", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/best-practices/charset", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Character encoding not declared",
      message: "Neither the server nor the page says how its characters are encoded.",
      why: "Browsers and crawlers have to guess, and accents, quotes or whole alphabets may turn into gibberish, also in search results.",
      fix: 'Put <meta charset="utf-8"> first in the head, or let the server send Content-Type: text/html; charset=utf-8.',
    },
    es: {
      title: "Codificación de caracteres sin declarar",
      message: "Ni el servidor ni la página dicen cómo están codificados sus caracteres.",
      why: "Los navegadores y rastreadores tienen que adivinarlo, y los acentos, las comillas o alfabetos enteros pueden salir mal, también en los resultados.",
      fix: 'Pon <meta charset="utf-8"> al principio del head, o haz que el servidor envíe Content-Type: text/html; charset=utf-8.',
    },
  },
  check: onHtml(({ charset }, facts) => {
    if (isXhtml(facts)) return "not-applicable";
    return charset.header === null && charset.meta === null && !charset.bom
      ? { evidence: [`content-type: ${facts.fetch.headers["content-type"] ?? ""}`] }
      : "pass";
  }),
});
