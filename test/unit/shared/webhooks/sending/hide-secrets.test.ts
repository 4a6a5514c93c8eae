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
});
