import type { Hreflang } from "../../../../../../shared/audits/facts/page-facts.ts";
import { hreflangInvalidCode } from "../../../../../../shared/audits/rules/international/hreflang-invalid-code.ts";
import { hreflangRelative } from "../../../../../../shared/audits/rules/international/hreflang-relative.ts";
import { langInvalid } from "../../../../../../shared/audits/rules/international/lang-invalid.ts";
import { langMissing } from "../../../../../../shared/audits/rules/international/lang-missing.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const url = "https://shop.example/tea";
const redirect = redirectFacts([url, "https://shop.example/other"]);
const alternate = (code: string, overrides: Partial<Hreflang> = {}): Hreflang => ({ code, href: url, url, source: "html", isRelative: false, ...overrides });
const page = (...hreflangs: Hreflang[]) => pageFacts({ url, html: { hreflangs } });
const pageIn = (lang: string | null) => pageFacts({ url, html: { lang } });

const refused = (what: string, code: string) => [what, page(alternate(code)), [`hreflang="${code}" → ${url}`]] as const;
const accepted = (code: string) => [code, page(alternate(code))] as const;

describeRule(hreflangInvalidCode, {
  finds: [
    refused("a country in place of a language", "us"),
    refused("a country that is not called so", "en-UK"),
    refused("an underscore", "en_US"),
    refused("a language spelled out", "english"),
    refused("a language that is not one", "xx"),
    refused("a long code where a short one exists", "eng"),
    refused("a long code of no language", "xyz"),
    refused("country and language the wrong way round", "GB-en"),
    refused("a region that is a name", "es-LATAM"),
    refused("a region of three letters", "en-USA"),
    refused("nothing", ""),
    refused("a default misspelled", "default"),
    ["only the bad ones", page(alternate("en"), alternate("en-EU"), alternate("es")), [`hreflang="en-EU" → ${url}`]],
    ["a header", page(alternate("en-UK", { source: "header" })), [`hreflang="en-UK" → ${url}`]],
  ],
  passes: [
    accepted("en"),
    accepted("EN-gb"),
    accepted("x-default"),
    accepted("X-Default"),
    accepted("zh-Hant"),
    accepted("zh-Hans-TW"),
    accepted("es-419"),
    accepted("fil"),
    accepted("fil-PH"),
    accepted("iw"),
    accepted(" de "),
  ],
  skips: [
    ["a page in one language", page()],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirect],
  ],
});

describeRule(hreflangRelative, {
  finds: [
    ["a path", page(alternate("en", { href: "/en", isRelative: true })), ['hreflang="en" → "/en"']],
    ["an address without its scheme", page(alternate("en", { href: "//shop.example/en", isRelative: true })), ['hreflang="en" → "//shop.example/en"']],
    ["an empty address", page(alternate("es", { href: "", url: null })), ['hreflang="es" → ""']],
    ["only the bad ones", page(alternate("en"), alternate("es", { href: "es", isRelative: true })), ['hreflang="es" → "es"']],
  ],
  passes: [
    ["a full address", page(alternate("en"))],
    ["a full address on another host", page(alternate("de", { href: "https://shop.de/", url: "https://shop.de/" }))],
    ["an address that was too long to keep", page(alternate("en", { href: `https://shop.example/${"a".repeat(2_048)}`, url: null }))],
  ],
  skips: [
    ["a page in one language", page()],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirect],
  ],
});

describeRule(langMissing, {
  finds: [
    ["a page that names none", pageIn(null), [url]],
    ["an empty attribute", pageIn(" "), [url]],
  ],
  passes: [
    ["a language", pageIn("en")],
    ["something that is none, which has its own rule", pageIn("en_US")],
  ],
  skips: [
    ["a missing page", answerFacts(404)],
    ["a redirect", redirect],
    ["a file", answerFacts(200)],
  ],
});

const wrong = (what: string, lang: string) => [what, pageIn(lang), [`lang="${lang}"`], { lang }] as const;
const right = (lang: string) => [lang, pageIn(lang)] as const;

describeRule(langInvalid, {
  finds: [
    wrong("an underscore", "en_US"),
    wrong("a language spelled out", "english"),
    wrong("a language that is not one", "xx"),
    wrong("a placeholder", "{{ lang }}"),
    wrong("a trailing hyphen", "en-"),
    wrong("two languages", "en, es"),
    wrong("one letter", "e"),
  ],
  passes: [
    right("en"),
    right("pt-BR"),
    right("zh-Hant-TW"),
    right("es-419"),
    right("ca-valencia"),
    right("de-CH-1901"),
    right("sl-rozaj-biske"),
    right("zh-yue"),
    right("yue"),
    right("en-US-u-hc-h12"),
    right("en-x-pirate"),
    right("x-default"),
    right("i-klingon"),
    right(" fr "),
  ],
  skips: [
    ["a page that names none, which has its own rule", pageIn(null)],
    ["an empty attribute", pageIn("")],
    ["a missing page", answerFacts(404)],
  ],
});
