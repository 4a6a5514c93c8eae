import { describe, expect, it } from "vitest";
import { parseMetaRefresh } from "../../../../../../shared/audits/facts/html/meta-refresh.ts";

describe("the content of a meta refresh", () => {
  it.each([
    { content: "5", refresh: { seconds: 5, target: null } },
    { content: " \n0 ", refresh: { seconds: 0, target: null } },
    { content: "5;", refresh: { seconds: 5, target: null } },
    { content: "5; url=/a", refresh: { seconds: 5, target: "/a" } },
    { content: "5,URL = '/a b' c", refresh: { seconds: 5, target: "/a b" } },
    { content: `5 url="/a`, refresh: { seconds: 5, target: "/a" } },
    { content: "5;/a;b", refresh: { seconds: 5, target: "/a;b" } },
    { content: "5;'/a'", refresh: { seconds: 5, target: "/a" } },
    { content: "5;urls/a", refresh: { seconds: 5, target: "urls/a" } },
    { content: "5;url=", refresh: { seconds: 5, target: "" } },
    { content: "2.9; /a", refresh: { seconds: 2, target: "/a" } },
    { content: ".5; /a", refresh: { seconds: 0, target: "/a" } },
    { content: `${"9".repeat(400)}`, refresh: { seconds: 1_000_000_000, target: null } },
    { content: "", refresh: null },
    { content: "url=/a", refresh: null },
    { content: "-1; /a", refresh: null },
    { content: "5x; /a", refresh: null },
    { content: "; /a", refresh: null },
  ])("$content", ({ content, refresh }) => {
    expect(parseMetaRefresh(content)).toEqual(refresh);
  });
});
