import { type HtmlFacts, limits } from "../../../../../../shared/audits/facts/page-facts.ts";
import { charsetMissing } from "../../../../../../shared/audits/rules/content/charset-missing.ts";
import { doctypeMissing } from "../../../../../../shared/audits/rules/content/doctype-missing.ts";
import { h1Missing } from "../../../../../../shared/audits/rules/content/h1-missing.ts";
import { h1Multiple } from "../../../../../../shared/audits/rules/content/h1-multiple.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const url = "https://shop.example/tea";
const page = (html: Partial<HtmlFacts>) => pageFacts({ url, html });
const xhtml = (html: Partial<HtmlFacts>) => pageFacts({ html, fetch: { contentType: "application/xhtml+xml" } });
const redirect = redirectFacts([url, "https://shop.example/other"]);
const h1 = (text: string) => ({ level: 1, text }) as const;
const h2 = (text: string) => ({ level: 2, text }) as const;
const noindex = [{ source: "meta", agent: "robots", directives: ["noindex"] }] as const;

describeRule(h1Missing, {
  finds: [
    ["a page without headings", page({ headings: [] }), [url]],
    ["a page that begins with a lesser heading", page({ headings: [h2("Green tea")] }), [url]],
    ["an empty main heading", page({ headings: [h1("")] }), [url]],
  ],
  passes: [
    ["a main heading", page({ headings: [h1("Green tea")] })],
    ["a main heading that comes late", page({ headings: [h2("Menu"), h1("Green tea")] })],
    ["an empty main heading before a real one", page({ headings: [h1(""), h1("Green tea")] })],
  ],
  skips: [
    ["a page with more headings than are kept", page({ headings: Array.from({ length: limits.headings }, () => h2("Tea")) })],
    ["a page that stays out of results", page({ headings: [], robots: noindex })],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirect],
  ],
});

describeRule(h1Multiple, {
  finds: [["two main headings", page({ headings: [h1("Green tea"), h2("Uji"), h1("Black tea")] }), ["Green tea", "Black tea"]]],
  passes: [
    ["one main heading", page({ headings: [h1("Green tea"), h2("Uji")] })],
    ["an empty one beside it", page({ headings: [h1(""), h1("Green tea")] })],
  ],
  skips: [
    ["a page without a main heading, which has its own rule", page({ headings: [h2("Uji")] })],
    ["a page that stays out of results", page({ headings: [h1("Green tea"), h1("Black tea")], robots: noindex })],
    ["a missing page", answerFacts(404)],
  ],
});

const undeclared = { header: null, meta: null, bom: false };

describeRule(charsetMissing, {
  finds: [["a page that declares none", page({ charset: undeclared }), ["content-type: text/html; charset=utf-8"]]],
  passes: [
    ["a header", page({ charset: { ...undeclared, header: "utf-8" } })],
    ["a tag", page({ charset: { ...undeclared, meta: "iso-8859-1" } })],
    ["a byte order mark", page({ charset: { ...undeclared, bom: true } })],
  ],
  skips: [
    ["XHTML, which is UTF-8 unless it says otherwise", xhtml({ charset: undeclared })],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirect],
  ],
});

describeRule(doctypeMissing, {
  finds: [["a page without one", page({ hasDoctype: false }), [url]]],
  passes: [["a page with one", page({ hasDoctype: true })]],
  skips: [
    ["XHTML, which knows no quirks mode", xhtml({ hasDoctype: false })],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirect],
  ],
});
