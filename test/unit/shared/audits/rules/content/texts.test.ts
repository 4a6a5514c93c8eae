import type { HtmlFacts } from "../../../../../../shared/audits/facts/page-facts.ts";
import { descriptionLength } from "../../../../../../shared/audits/rules/content/description-length.ts";
import { descriptionMissing } from "../../../../../../shared/audits/rules/content/description-missing.ts";
import { descriptionMultiple } from "../../../../../../shared/audits/rules/content/description-multiple.ts";
import { titleLength } from "../../../../../../shared/audits/rules/content/title-length.ts";
import { titleMissing } from "../../../../../../shared/audits/rules/content/title-missing.ts";
import { titleMultiple } from "../../../../../../shared/audits/rules/content/title-multiple.ts";
import { answerFacts, canonical, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const url = "https://shop.example/tea";
const page = (html: Partial<HtmlFacts>) => pageFacts({ url, html });
/** Pages whose texts no search result shows. */
const outsideResults = (html: Partial<HtmlFacts>) =>
  [
    ["a page that stays out of results", page({ ...html, robots: [{ source: "header", agent: "robots", directives: ["noindex"] }] })],
    ["a page that belongs to another", page({ ...html, canonicals: [canonical("https://shop.example/other")] })],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([url, "https://shop.example/other"])],
  ] as const;
const longText = "Green tea from Japan ".repeat(20);

describeRule(titleMissing, {
  finds: [
    ["a page without a title", page({ titles: [] }), [url]],
    ["an empty title", page({ titles: [""] }), [url]],
    ["two empty titles", page({ titles: ["", " "] }), [url]],
  ],
  passes: [
    ["a title", page({ titles: ["Tea"] })],
    ["a title behind an empty one", page({ titles: ["", "Tea"] })],
  ],
  skips: outsideResults({ titles: [] }),
});

/** 639 and 539 pixels. */
const tooWide = "Everything about green tea from Japan, from the first harvest of the year";
const fits = "Everything about green tea from Japan, from the first harvest";

describeRule(titleLength, {
  finds: [
    ["a title too long for a result", page({ titles: [longText] }), [longText]],
    ["a title of few wide letters", page({ titles: ["W".repeat(32)] }), ["W".repeat(32)], { pixels: 604 }],
    ["words of the page that do not fit before the name of the site", page({ titles: [`${tooWide} | Tea shop`] }), [`${tooWide} | Tea shop`], { pixels: 639 }],
    ["a last part too long for a name", page({ titles: [`Green tea - ${fits}`] }), [`Green tea - ${fits}`]],
    ["a hyphen inside a word, which ends no part", page({ titles: [`${fits} by-and-by`] }), [`${fits} by-and-by`]],
  ],
  passes: [
    ["a title that fits", page({ titles: ["Green tea from Japan, fresh every spring"] })],
    ["a title of one word", page({ titles: ["SELECT"] })],
    ["a title that fits without the name of the site", page({ titles: [`${fits} — Tea shop 2.4`] })],
    [
      "a title of three parts, of which only the last does not fit",
      page({ titles: ["Green tea — from the first harvest of the year — Tea shop 2.4 documentation"] }),
    ],
    ["a title of many narrow letters", page({ titles: ["il".repeat(60)] })],
    ["a Japanese title of thirty characters", page({ titles: ["日本の緑茶を産地から直接お届けします静岡日本の緑茶を産地から"] })],
    ["the first of two titles, which have their own rule", page({ titles: ["Green tea from Japan, fresh every spring", longText] })],
  ],
  skips: [["a page without a title, which has its own rule", page({ titles: [""] })], ...outsideResults({ titles: [longText] })],
});

describeRule(titleMultiple, {
  finds: [
    ["two titles", page({ titles: ["Green tea", "Tea shop"] }), ["Green tea", "Tea shop"]],
    ["the same title twice", page({ titles: ["Green tea", "Green tea"] }), ["Green tea", "Green tea"]],
  ],
  passes: [["one title", page({ titles: ["Green tea"] })]],
  skips: [["a page without a title", page({ titles: [] })], ...outsideResults({ titles: ["Green tea", "Tea shop"] })],
});

describeRule(descriptionMissing, {
  finds: [
    ["a page without a description", page({ descriptions: [] }), [url]],
    ["an empty description", page({ descriptions: [""] }), [url]],
  ],
  passes: [
    ["a description", page({ descriptions: ["How to brew it"] })],
    ["a description behind an empty one", page({ descriptions: ["", "How to brew it"] })],
  ],
  skips: outsideResults({ descriptions: [] }),
});

describeRule(descriptionLength, {
  finds: [
    ["a short description", page({ descriptions: ["How to brew it"] }), ["How to brew it"], { pixels: 89 }],
    ["a description too long for a result", page({ descriptions: [longText] }), [longText]],
  ],
  passes: [["a description that fits", page({})]],
  skips: [["a page without a description, which has its own rule", page({ descriptions: [] })], ...outsideResults({ descriptions: ["Tea"] })],
});

describeRule(descriptionMultiple, {
  finds: [["two descriptions", page({ descriptions: ["How to brew it", "Our shop"] }), ["How to brew it", "Our shop"]]],
  passes: [["one description", page({ descriptions: ["How to brew it"] })]],
  skips: [["a page without a description", page({ descriptions: [] })], ...outsideResults({ descriptions: ["How to brew it", "Our shop"] })],
});
