import type { Canonical, HtmlFacts } from "../../../../../../shared/audits/facts/page-facts.ts";
import { canonicalInvalid } from "../../../../../../shared/audits/rules/indexability/canonical-invalid.ts";
import { canonicalMismatchHeader } from "../../../../../../shared/audits/rules/indexability/canonical-mismatch-header.ts";
import { canonicalMissing } from "../../../../../../shared/audits/rules/indexability/canonical-missing.ts";
import { canonicalMultiple } from "../../../../../../shared/audits/rules/indexability/canonical-multiple.ts";
import { canonicalRelative } from "../../../../../../shared/audits/rules/indexability/canonical-relative.ts";
import { canonicalToRoot } from "../../../../../../shared/audits/rules/indexability/canonical-to-root.ts";
import { answerFacts, canonical, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const url = "https://shop.example/tea";
const other = "https://shop.example/other";
const page = (canonicals: readonly Canonical[], html: Partial<HtmlFacts> = {}, at = url) => pageFacts({ url: at, html: { ...html, canonicals } });
const noindex = { robots: [{ source: "meta", agent: "robots", directives: ["noindex"] }] } as const;
const relative: Canonical = { href: "/tea", url, source: "html", isRelative: true };
const noAddress = (href: string): Canonical => ({ href, url: null, source: "html", isRelative: false });

describeRule(canonicalMissing, {
  finds: [["a page that names none", page([]), [url]]],
  passes: [
    ["a page that names itself", page([canonical(url)])],
    ["a header that names it", page([canonical(url, "header")])],
    ["a broken one, which has its own rule", page([noAddress("http://")])],
  ],
  skips: [
    ["a page that stays out of results", page([], noindex)],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([url, other])],
    ["a page that belongs to another", page([canonical(other)])],
  ],
});

describeRule(canonicalInvalid, {
  finds: [
    ["an address that cannot be read", page([noAddress("http://")]), ['"http://" (html)']],
    ["an empty one", page([noAddress("")]), ['"" (html)']],
    ["a bad one beside a good one", page([canonical(url), noAddress("https://[shop]/")]), ['"https://[shop]/" (html)']],
    ["a bad header", page([{ ...noAddress("::"), source: "header" }]), ['"::" (header)']],
  ],
  passes: [
    ["a full address", page([canonical(url)])],
    ["a relative one, which has its own rule", page([relative])],
    ["an address that was too long to keep", page([noAddress(`https://shop.example/${"a".repeat(2_048)}`)])],
  ],
  skips: [
    ["a page that names none", page([])],
    ["a page that stays out of results", page([noAddress("http://")], noindex)],
    ["a missing page", answerFacts(404)],
  ],
});

describeRule(canonicalRelative, {
  finds: [
    ["a path", page([relative]), [`"/tea" → ${url}`]],
    ["an address without its scheme", page([{ ...relative, href: "//shop.example/tea" }]), [`"//shop.example/tea" → ${url}`]],
    ["one in a header", page([{ ...relative, source: "header" }]), [`"/tea" → ${url}`]],
  ],
  passes: [
    ["a full address", page([canonical(url)])],
    ["a full address on another host", page([canonical("https://other.example/tea")])],
  ],
  skips: [
    ["a page that names none", page([])],
    ["one that is no address", page([noAddress("http://")])],
    ["a page that stays out of results", page([relative], noindex)],
  ],
});

describeRule(canonicalMultiple, {
  finds: [
    ["two in the page", page([canonical(url), canonical(other)]), [url, other]],
    ["two in the header", page([canonical(url, "header"), canonical(other, "header")]), [url, other]],
    ["two in the page, one of them repeated", page([canonical(url), canonical(other), canonical(url)]), [url, other]],
  ],
  passes: [
    ["one", page([canonical(url)])],
    ["the same one twice", page([canonical(url), canonical(url)])],
    ["the same one written in two ways", page([canonical(url), relative])],
    ["one beside something that is no address", page([canonical(url), noAddress("http://")])],
    ["one here and another in the header, which has its own rule", page([canonical(url), canonical(other, "header")])],
  ],
  skips: [
    ["a page that names none", page([])],
    ["a page that stays out of results", page([canonical(url), canonical(other)], noindex)],
    ["a missing page", answerFacts(404)],
  ],
});

describeRule(canonicalMismatchHeader, {
  finds: [
    ["page and header that disagree", page([canonical(url), canonical(other, "header")]), [`html: ${url}`, `header: ${other}`]],
    [
      "a second header that disagrees",
      page([canonical(url), canonical(url, "header"), canonical(other, "header")]),
      [`html: ${url}`, `header: ${url}`, `header: ${other}`],
    ],
  ],
  passes: [
    ["page and header that agree", page([canonical(url), canonical(url, "header")])],
    ["two ways to write one address", page([relative, canonical(url, "header")])],
    ["a header that agrees with one of two in the page", page([canonical(url), canonical(other), canonical(url, "header")])],
  ],
  skips: [
    ["a page without a header", page([canonical(url)])],
    ["a header alone", page([canonical(url, "header")])],
    ["a page that stays out of results", page([canonical(url), canonical(other, "header")], noindex)],
  ],
});

const home = "https://shop.example/";

describeRule(canonicalToRoot, {
  finds: [
    ["a sub-page that names the home page", page([canonical(home)]), [home]],
    ["the home page of the www twin", page([canonical("https://www.shop.example/")]), ["https://www.shop.example/"]],
    ["a deep page under a language", page([canonical(home)], { lang: "en" }, "https://shop.example/en/tea"), [home]],
    ["a section whose name only begins like the language", page([canonical(home)], { lang: "en" }, "https://shop.example/en-faq"), [home]],
    ["an index below the root", page([canonical(home)], {}, "https://shop.example/tea/index.html"), [home]],
  ],
  passes: [
    ["a page that names itself", page([canonical(url)])],
    ["the home page", page([canonical(home)], {}, home)],
    ["the home page with parameters", page([canonical(home)], {}, "https://shop.example/?utm_source=mail")],
    ["the home page under its file name", page([canonical(home)], {}, "https://shop.example/index.html")],
    ["the home page of the main language", page([canonical(home)], { lang: "en-GB" }, "https://shop.example/en/")],
    ["the home page of the main language and country", page([canonical(home)], { lang: "en" }, "https://shop.example/en-gb")],
    ["an address that lives in the root's parameters", page([canonical("https://shop.example/?p=12")])],
    ["the home page of another site", page([canonical("https://maker.example/")])],
  ],
  skips: [
    ["a page that names none", page([])],
    ["a page that names several", page([canonical(home), canonical(other)])],
    ["a page that stays out of results", page([canonical(home)], noindex)],
    ["a redirect", redirectFacts([url, other])],
  ],
});
