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

describeRule(titleLength, {
  finds: [
    ["a title of one word", page({ titles: ["Tea"] }), ["Tea"], { pixels: 34 }],
    ["a title too long for a result", page({ titles: [longText] }), [longText]],
    ["a title of few wide letters", page({ titles: ["W".repeat(31)] }), ["W".repeat(31)], { pixels: 585 }],
  ],
  passes: [
    ["a title that fits", page({ titles: ["Green tea from Japan, fresh every spring"] })],
    ["a title of many narrow letters", page({ titles: ["il".repeat(60)] })],
    ["a Japanese title of twenty characters", page({ titles: ["日本の緑茶を産地から直接お届けします静岡"] })],
    ["the first of two titles, which have their own rule", page({ titles: ["Green tea from Japan, fresh every spring", "Tea"] })],
  ],
  skips: [["a page without a title, which has its own rule", page({ titles: [""] })], ...outsideResults({ titles: ["Tea"] })],
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
