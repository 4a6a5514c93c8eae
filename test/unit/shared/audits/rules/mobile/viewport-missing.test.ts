import { viewportMissing } from "../../../../../../shared/audits/rules/mobile/viewport-missing.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const url = "https://shop.example/tea";

describeRule(viewportMissing, {
  finds: [
    ["a page without the setting", pageFacts({ url, html: { viewport: null } }), [url]],
    ["an empty setting", pageFacts({ url, html: { viewport: " " } }), [url]],
  ],
  passes: [
    ["the usual setting", pageFacts()],
    ["a setting of its own", pageFacts({ html: { viewport: "initial-scale=1" } })],
  ],
  skips: [
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([url, "https://shop.example/other"])],
    ["a file", answerFacts(200)],
  ],
});
