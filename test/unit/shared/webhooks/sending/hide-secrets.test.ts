import { describe, expect, it } from "vitest";
import type { Target } from "../../../../../shared/webhooks/kinds/target.ts";
import { secretHider } from "../../../../../shared/webhooks/sending/hide-secrets.ts";

const token = 'to"ken & <more>/+';
const target: Target = {
  v: 1,
  url: "https://shop.atlassian.net/",
  headers: {},
  credentials: { email: "ada@example.com", token },
  secrets: [{ secret: "whsec_dGVzdHMtb25seQ==", until: null }],
};
const hide = secretHider("jira", target);

describe("what a receiver repeats of an endpoint's secrets is not kept", () => {
  it.each([
    ["as it is", token],
    ["in JSON", JSON.stringify({ value: token })],
    ["in an address", encodeURIComponent(token)],
    ["in HTML", 'to"ken &amp; &lt;more&gt;/+'],
    ["in an attribute of HTML", "to&quot;ken &amp; &lt;more&gt;/+"],
    ["in a header of basic authentication", `Basic ${btoa(`ada@example.com:${token}`)}`],
    ["a signing secret", "whsec_dGVzdHMtb25seQ=="],
  ])("%s", (_, text) => {
    const hidden = hide(`You sent ${text}.`);
    expect(hidden).toContain("[secret]");
    expect(hidden).not.toContain("ken");
    expect(hidden).not.toContain(btoa("ada@example.com").slice(0, 12));
    expect(hidden).toMatch(/^You sent .*\.$/);
  });

  it("leaves what is no secret as it is", () => {
    expect(hide("The project SHOP of shop.atlassian.net has no such type.")).toBe("The project SHOP of shop.atlassian.net has no such type.");
  });

  it("hides what a cut leaves of a secret at the end of a text", () => {
    for (let length = 6; length < token.length; length++) expect(hide(`You sent ${token.slice(0, length)}`)).toBe("You sent [secret]");
    expect(hide("You sent to")).toBe("You sent to");
  });

  it.each([
    ["a short token after its scheme", { Authorization: "Bearer abc1234" }, "abc1234"],
    ["a part of a header", { Authorization: 'Token tok="se/cret+value-123", nonce="1"' }, "se/cret+value-123"],
    ["a part of a header, as an address writes it", { "X-Key": "id=1;key=se/cret+value-123" }, "se%2Fcret%2Bvalue-123"],
    ["a whole header, as JSON writes it", { "X-Key": 'a"b cdef' }, 'a\\"b cdef'],
  ])("hides %s", (_, headers, text) => {
    const hideHeaders = secretHider("http", { ...target, url: "https://shop.example/", credentials: {}, headers });
    expect(hideHeaders(`<${text}>`)).toBe("<[secret]>");
  });
});
