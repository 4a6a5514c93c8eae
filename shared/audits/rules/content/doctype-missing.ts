import { onHtml } from "../applies.ts";
import { pageRule } from "../rule.ts";
import { isXhtml } from "./xhtml.ts";

export const doctypeMissing = pageRule({
  id: "doctype-missing",
  category: "content",
  severity: "warning",
  version: 1,
  sources: [
    { url: "https://html.spec.whatwg.org/multipage/syntax.html#the-doctype", checked: "2026-11" },
    { url: "https://developer.chrome.com/docs/lighthouse/best-practices/doctype", checked: "2026-11" },
  ],
  text: {
    en: {
      title: "Doctype missing",
      message: "The page does not start with <!doctype html>.",
      why: "Browsers then imitate the bugs of browsers from the nineties (quirks mode): sizes and layout differ from the design, also where search engines render the page.",
      fix: "Make <!doctype html> the very first line of the page's template.",
    },
    es: {
      title: "Falta el doctype",
      message: "La página no empieza por <!doctype html>.",
      why: "Los navegadores imitan entonces los fallos de los navegadores de los años noventa (modo quirks): cambian los tamaños y el diseño de la página, también donde los buscadores la renderizan.",
      fix: "Pon <!doctype html> como primera línea de la plantilla.",
    },
  },
  check: onHtml(({ hasDoctype }, facts) => {
    if (isXhtml(facts)) return "not-applicable";
    return hasDoctype ? "pass" : { evidence: [facts.url] };
  }),
});
