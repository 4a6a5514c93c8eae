import { cspMissing } from "../../../../../../shared/audits/rules/security/csp-missing.ts";
import { hstsMissing } from "../../../../../../shared/audits/rules/security/hsts-missing.ts";
import { httpPage } from "../../../../../../shared/audits/rules/security/http-page.ts";
import { mixedContent } from "../../../../../../shared/audits/rules/security/mixed-content.ts";
import { nosniffMissing } from "../../../../../../shared/audits/rules/security/nosniff-missing.ts";
import { answerFacts, pageFacts, redirectFacts } from "../../../../../helpers/unit/page-facts.ts";
import { describeRule } from "../../../../../helpers/unit/rule-cases.ts";

const insecure = "http://shop.example/tea";
const secure = "https://shop.example/tea";
const loopback = "http://127.0.0.1:8080/tea";
const withHeaders = (headers: Readonly<Record<string, string>>, url = secure) => pageFacts({ url, fetch: { headers } });
const hsts = (value: string) => withHeaders({ "strict-transport-security": value });
const nosniff = (value: string) => withHeaders({ "x-content-type-options": value });

describeRule(httpPage, {
  finds: [["a page over http", pageFacts({ url: insecure }), [insecure]]],
  passes: [["a page over https", pageFacts({ url: secure })]],
  skips: [
    ["a page on the developer's machine", pageFacts({ url: loopback })],
    ["a page on localhost", pageFacts({ url: "http://localhost:3000/" })],
    ["an http address that leads to https", redirectFacts([insecure, secure])],
    ["a missing page", answerFacts(404, insecure)],
  ],
});

describeRule(mixedContent, {
  finds: [["what an https page loads over http", pageFacts({ html: { mixedContent: ["http://cdn.example/tea.js"] } }), ["http://cdn.example/tea.js"]]],
  passes: [["an https page that loads nothing over http", pageFacts()]],
  skips: [
    ["a page over http", pageFacts({ url: insecure })],
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([secure, "https://shop.example/other"])],
  ],
});

describeRule(hstsMissing, {
  finds: [
    ["an answer without the header", withHeaders({}), ["strict-transport-security: "]],
    ["a header that ends the policy", hsts("max-age=0"), ["strict-transport-security: max-age=0"]],
    ["a header that gives no age", hsts("includeSubDomains"), ["strict-transport-security: includeSubDomains"]],
  ],
  passes: [
    ["the header", hsts("max-age=31536000; includeSubDomains; preload")],
    ["an age in quotation marks", hsts('includeSubDomains; Max-Age = "600"')],
  ],
  skips: [
    ["a page over http", withHeaders({}, insecure)],
    ["a page on the developer's machine", withHeaders({}, "https://localhost:8443/")],
    ["a missing page", answerFacts(404)],
  ],
});

describeRule(cspMissing, {
  finds: [
    ["an answer without the header", withHeaders({}), [secure]],
    ["an empty header", withHeaders({ "content-security-policy": " " }), [secure]],
  ],
  passes: [
    ["the header", pageFacts()],
    ["a policy in the page, where the host sends no headers of one's own", pageFacts({ fetch: { headers: {} }, html: { hasPolicyMeta: true } })],
  ],
  skips: [
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([secure, "https://shop.example/other"])],
    ["a file", answerFacts(200)],
  ],
});

describeRule(nosniffMissing, {
  finds: [
    ["an answer without the header", withHeaders({}), ["x-content-type-options: "]],
    ["a value that means nothing", nosniff("sniff"), ["x-content-type-options: sniff"]],
  ],
  passes: [
    ["the header", nosniff("nosniff")],
    ["the header in capitals", nosniff("NoSniff")],
    ["the header sent twice", nosniff("nosniff, nosniff")],
  ],
  skips: [
    ["a missing page", answerFacts(404)],
    ["a redirect", redirectFacts([secure, "https://shop.example/other"])],
    ["a file", answerFacts(200)],
  ],
});
