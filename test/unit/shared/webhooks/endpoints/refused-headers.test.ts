import { describe, expect, it } from "vitest";
import { refusalOfHeader } from "../../../../../shared/webhooks/endpoints/refused-headers.ts";

describe("a header of an endpoint", () => {
  it.each(["Authorization", "X-API-Key", "X-Token", "Idempotency-Key", "X-GitHub-Token", "Accept", "traceparent", "!#$%&'*+-.^_`|~9"])("may be %s", (name) => {
    expect(refusalOfHeader(name, "Bearer abc")).toBeNull();
  });

  it.each([
    {
      why: "connection",
      names: ["Connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Proxy-Authorization", "proxy-anything"],
    },
    { why: "address and the body", names: ["Host", "Content-Length", "Content-Type", "Content-Encoding", "Accept-Encoding"] },
    { why: "Cookies", names: ["Cookie", "cookie2", "Set-Cookie"] },
    { why: "Mentha sets it", names: ["Webhook-Id", "webhook-signature", "WEBHOOK-TIMESTAMP", "Mentha-Anything", "X-Mentha-Test", "Svix-Id", "User-Agent"] },
    {
      why: "Proxies set it",
      names: ["CF-Connecting-IP", "cf-ray", "CF-Worker", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via", "CDN-Loop", "True-Client-IP"],
    },
    { why: "another one", names: ["X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Method-Override"] },
    { why: "Browsers set it", names: ["Origin", "Referer", "Sec-Fetch-Site", "Access-Control-Request-Method"] },
    { why: "no name", names: ["", " X", "X A", "X:", "X\r\nY", "Ä", "X\u0000", "X@", "a/b", "(x)"] },
  ])("is refused with a reason ($why): $names", ({ why, names }) => {
    for (const name of names) expect([name, refusalOfHeader(name, "1")]).toEqual([name, expect.stringContaining(why)]);
  });

  it.each(["", " hunter2", "hunter2 ", "hunter2\r\nX-Other: 1", "hunter2\n", "hunter2\tb", "hunter2é", "hunter2\u0000", "😀"])(
    "has no value like %j, which is not repeated",
    (text) => {
      const why = refusalOfHeader("X-Token", text);
      expect(why).toContain("printable ASCII");
      expect(why).not.toContain("hunter2");
    },
  );

  it("may have spaces in its value", () => {
    expect(refusalOfHeader("X-Token", "a b  c")).toBeNull();
  });
});
