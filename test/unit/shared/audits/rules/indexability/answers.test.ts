import { fetchTimeout } from "../../../../../../shared/audits/rules/indexability/fetch-timeout.ts";
import { http4xx } from "../../../../../../shared/audits/rules/indexability/http-4xx.ts";
import { http5xx } from "../../../../../../shared/audits/rules/indexability/http-5xx.ts";
import { answerFacts, failedFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const toNotFound = redirectFacts(["https://shop.example/a", "https://shop.example/b"], { finalStatus: 404 });

describeRule(http4xx, {
  finds: [
    ["a missing page", answerFacts(404), ["HTTP 404"], { status: 404 }],
    ["a closed page", answerFacts(403), ["HTTP 403"], { status: 403 }],
    ["the last status of its class", answerFacts(499), ["HTTP 499"], { status: 499 }],
  ],
  passes: [
    ["a page", pageFacts()],
    ["a file", answerFacts(200)],
    ["a server error, which has its own rule", answerFacts(500)],
    ["a redirect status that names no target", answerFacts(304)],
  ],
  skips: [
    ["a redirect, even to a missing page", toNotFound],
    ["a page that never answered", failedFacts("timeout")],
  ],
});

describeRule(http5xx, {
  finds: [
    ["an internal error", answerFacts(500), ["HTTP 500"], { status: 500 }],
    ["an overloaded server", answerFacts(503), ["HTTP 503"], { status: 503 }],
  ],
  passes: [
    ["a page", pageFacts()],
    ["a missing page", answerFacts(404)],
  ],
  skips: [
    ["a redirect to a server error", redirectFacts(["https://shop.example/a", "https://shop.example/b"], { finalStatus: 500 })],
    ["a page that never answered", failedFacts("unreachable")],
  ],
});

describeRule(fetchTimeout, {
  finds: [
    ["a timeout", failedFacts("timeout", "No answer within 15 s"), ["No answer within 15 s"], { problem: "timeout" }],
    ["a host that cannot be reached", failedFacts("unreachable"), ["The answer: unreachable"], { problem: "unreachable" }],
    ["a page that never ends", failedFacts("too-large"), ["The answer: too-large"], { problem: "too-large" }],
    ["an answer that is not HTTP", failedFacts("malformed"), ["The answer: malformed"], { problem: "malformed" }],
  ],
  passes: [
    ["a page", pageFacts()],
    ["an error status, which is an answer", answerFacts(503)],
  ],
  skips: [
    ["an address that our own policy refuses", failedFacts("refused")],
    [
      "a redirect whose target never answers",
      redirectFacts(["https://shop.example/a", "https://shop.example/b"], { finalStatus: null, error: { code: "timeout", message: "No answer" } }),
    ],
  ],
});
