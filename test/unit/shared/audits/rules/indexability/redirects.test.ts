import { metaRefresh } from "../../../../../../shared/audits/rules/indexability/meta-refresh.ts";
import { redirectChain } from "../../../../../../shared/audits/rules/indexability/redirect-chain.ts";
import { redirectLoop } from "../../../../../../shared/audits/rules/indexability/redirect-loop.ts";
import { redirectToError } from "../../../../../../shared/audits/rules/indexability/redirect-to-error.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const [a, b, c] = ["https://shop.example/a", "https://shop.example/b", "https://shop.example/c"];
const outside = "https://pay.example.net/";
const circle = redirectFacts([a, b, a], { finalStatus: null, error: { code: "redirect-loop", message: "In a circle" } });
const endless = redirectFacts([a, b, c], { finalStatus: null, error: { code: "too-many-redirects", message: "More than 5" } });
const failsWith = (code: "timeout" | "unreachable" | "malformed" | "refused" | "too-large") =>
  redirectFacts([a, b], { finalStatus: null, error: { code, message: "No page" } });

describeRule(redirectChain, {
  finds: [
    ["two hops", redirectFacts([a, b, c]), [`301 ${a} → ${b}`, `301 ${b} → ${c}`], { hops: 2 }],
    [
      "the hops from http to https to www",
      redirectFacts(["http://shop.example/", "https://shop.example/", "https://www.shop.example/"]),
      ["301 http://shop.example/ → https://shop.example/", "301 https://shop.example/ → https://www.shop.example/"],
      { hops: 2 },
    ],
    ["two own hops before another site", redirectFacts([a, b, outside]), [`301 ${a} → ${b}`, `301 ${b} → ${outside}`], { hops: 2 }],
    [
      "hops between hosts of one domain",
      redirectFacts([a, "https://app.shop.example/", c]),
      [`301 ${a} → https://app.shop.example/`, `301 https://app.shop.example/ → ${c}`],
      { hops: 2 },
    ],
  ],
  passes: [
    ["one hop", redirectFacts([a, b])],
    ["one own hop that other sites lengthen", redirectFacts([a, outside, "https://pay.example.net/cart", "https://pay.example.net/login"])],
  ],
  skips: [
    ["a page", pageFacts()],
    ["a circle, which has its own rule", circle],
  ],
});

describeRule(redirectLoop, {
  finds: [
    ["a circle", circle, [`301 ${a} → ${b}`, `301 ${b} → ${a}`], { hops: 2 }],
    ["more redirects than anyone follows", endless, [`301 ${a} → ${b}`, `301 ${b} → ${c}`], { hops: 2 }],
  ],
  passes: [
    ["a chain that ends", redirectFacts([a, b, c])],
    ["a redirect to a missing page", redirectFacts([a, b], { finalStatus: 404 })],
  ],
  skips: [
    ["a page", pageFacts()],
    ["a missing page", answerFacts(404)],
  ],
});

describeRule(redirectToError, {
  finds: [
    ["a redirect to a missing page", redirectFacts([a, b], { finalStatus: 404 }), [`301 ${a} → ${b}`, `404 ${b}`], { problem: 404 }],
    ["a redirect to a server error", redirectFacts([a, b], { finalStatus: 502 }), [`301 ${a} → ${b}`, `502 ${b}`], { problem: 502 }],
    ["a redirect to a closed page of the same site", redirectFacts([a, b], { finalStatus: 403 }), [`301 ${a} → ${b}`, `403 ${b}`], { problem: 403 }],
    ["a redirect to a missing page elsewhere", redirectFacts([a, outside], { finalStatus: 404 }), [`301 ${a} → ${outside}`, `404 ${outside}`]],
    ["a redirect that nobody answers", failsWith("timeout"), [`301 ${a} → ${b}`, `timeout ${b}`], { problem: "timeout" }],
    ["a redirect to a host that is gone", failsWith("unreachable"), [`301 ${a} → ${b}`, `unreachable ${b}`], { problem: "unreachable" }],
    ["a redirect to something that is not HTTP", failsWith("malformed"), [`301 ${a} → ${b}`, `malformed ${b}`]],
  ],
  passes: [
    ["a redirect to a page", redirectFacts([a, b])],
    ["a redirect to a file too large to read", failsWith("too-large")],
    ["a redirect to where we may not go", failsWith("refused")],
  ],
  skips: [
    ["a page", pageFacts()],
    ["a circle, which has its own rule", circle],
    ["another site that turns crawlers away", redirectFacts([a, outside], { finalStatus: 403 })],
    ["another site that limits crawlers", redirectFacts([a, outside], { finalStatus: 429 })],
  ],
});

describeRule(metaRefresh, {
  finds: [
    ["an instant move", pageFacts({ html: { metaRefresh: { seconds: 0, url: b } } }), [`0; url=${b}`], { seconds: 0 }],
    ["a delayed move", pageFacts({ html: { metaRefresh: { seconds: 5, url: b } } }), [`5; url=${b}`], { seconds: 5 }],
    ["a page that reloads itself", pageFacts({ html: { metaRefresh: { seconds: 300, url: null } } }), ["300"], { seconds: 300 }],
  ],
  passes: [
    ["a page that stays", pageFacts()],
    ["a reload after more than 20 hours", pageFacts({ html: { metaRefresh: { seconds: 86_400, url: null } } })],
  ],
  skips: [
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([a, b])],
    ["part of a page", pageFacts({ fetch: { status: 206 }, html: { metaRefresh: { seconds: 0, url: b } } })],
  ],
});
