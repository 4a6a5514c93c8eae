import { slowTtfb } from "../../../../../../shared/audits/rules/performance/slow-ttfb.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

describeRule(slowTtfb, {
  finds: [["a page that is slow twice", pageFacts({ fetch: { ttfbMs: 801, confirmedTtfbMs: 1_500 } }), ["801 ms", "1500 ms"]]],
  passes: [
    ["a fast page", pageFacts({ fetch: { ttfbMs: 120 } })],
    ["a page at the limit", pageFacts({ fetch: { ttfbMs: 800 } })],
    ["a page that was slow only once", pageFacts({ fetch: { ttfbMs: 4_000, confirmedTtfbMs: 90 } })],
  ],
  skips: [
    ["a slow page that was not requested again", pageFacts({ fetch: { ttfbMs: 4_000 } })],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts(["https://shop.example/a", "https://shop.example/b"])],
  ],
});
