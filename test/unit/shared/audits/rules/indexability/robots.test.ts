import type { RobotsDirectives } from "../../../../../../shared/audits/facts/page-facts.ts";
import { robotsMetaConflict } from "../../../../../../shared/audits/rules/indexability/robots-meta-conflict.ts";
import { snippetBlocked } from "../../../../../../shared/audits/rules/indexability/snippet-blocked.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const says = (agent: string, directives: readonly string[], source: RobotsDirectives["source"] = "meta"): RobotsDirectives => ({ source, agent, directives });
const page = (...robots: RobotsDirectives[]) => pageFacts({ html: { robots } });

describeRule(robotsMetaConflict, {
  finds: [
    [
      "a meta that a header contradicts",
      page(says("robots", ["index", "follow"]), says("robots", ["noindex"], "header")),
      ["robots: index (meta) ≠ noindex (header)"],
    ],
    ["a contradiction within one tag", page(says("robots", ["noindex", "index"])), ["robots: noindex (meta) ≠ index (meta)"]],
    ["follow against none", page(says("robots", ["follow"]), says("robots", ["none"])), ["robots: follow (meta) ≠ none (meta)"]],
    [
      "all against two restrictions",
      page(says("robots", ["all"]), says("robots", ["noindex", "nofollow"])),
      ["robots: all (meta) ≠ noindex (meta)", "robots: all (meta) ≠ nofollow (meta)"],
    ],
    ["a length for a snippet that is forbidden", page(says("robots", ["nosnippet", "max-snippet:50"])), ["robots: nosnippet (meta) ≠ max-snippet:50 (meta)"]],
    [
      "two sizes of image previews",
      page(says("robots", ["max-image-preview:large"]), says("robots", ["max-image-preview: none"], "header")),
      ["robots: max-image-preview:large (meta) ≠ max-image-preview: none (header)"],
    ],
    [
      "an exception for Google that Google does not grant",
      page(says("robots", ["noindex"]), says("googlebot", ["index"])),
      ["googlebot: index (meta googlebot) ≠ noindex (meta)"],
    ],
  ],
  passes: [
    ["instructions that agree", page(says("robots", ["index", "follow"]), says("robots", ["max-image-preview:large"]))],
    ["the same instruction twice", page(says("robots", ["noindex", "max-snippet:20"]), says("robots", ["noindex", "max-snippet:20"], "header"))],
    ["noindex with follow", page(says("robots", ["noindex", "follow"]))],
    ["none with noindex", page(says("robots", ["none", "noindex"]))],
    ["two ways to forbid a snippet", page(says("robots", ["nosnippet", "max-snippet:0"]))],
    ["a restriction for one crawler only", page(says("robots", ["index", "follow"]), says("googlebot", ["noindex"]))],
    ["another limit for one crawler", page(says("robots", ["max-snippet:20"]), says("googlebot", ["max-snippet:-1"]))],
    ["an exception for a crawler that is not Google's", page(says("robots", ["noindex"]), says("bingbot", ["index"]))],
    ["two crawlers that disagree", page(says("bingbot", ["noindex"]), says("googlebot", ["index"]))],
    ["instructions nobody knows", page(says("robots", ["index", "noodp", "unavailable_after: 25 jun 2027"]))],
  ],
  skips: [
    ["a page without instructions", page()],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts(["https://shop.example/a", "https://shop.example/b"])],
  ],
});

describeRule(snippetBlocked, {
  finds: [
    ["nosnippet", page(says("robots", ["nosnippet"])), ["robots: nosnippet (meta)"]],
    ["a snippet of no length", page(says("robots", ["index", "max-snippet:0"])), ["robots: max-snippet:0 (meta)"]],
    ["a blank after the colon", page(says("robots", ["max-snippet: 0"])), ["robots: max-snippet: 0 (meta)"]],
    ["a header", page(says("robots", ["nosnippet"], "header")), ["robots: nosnippet (header)"]],
    ["a rule for Google alone", page(says("googlebot", ["nosnippet"])), ["googlebot: nosnippet (meta)"]],
  ],
  passes: [
    ["a page without instructions", page()],
    ["an unlimited snippet", page(says("robots", ["max-snippet:-1"]))],
    ["a short snippet", page(says("robots", ["max-snippet:05", "max-snippet:20"]))],
    ["a rule for a news crawler", page(says("googlebot-news", ["nosnippet"]))],
  ],
  skips: [
    ["a page that stays out of results", page(says("robots", ["noindex", "nosnippet"]))],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts(["https://shop.example/a", "https://shop.example/b"])],
  ],
});
