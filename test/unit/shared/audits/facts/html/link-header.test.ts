import { describe, expect, it } from "vitest";
import { parseLinkHeader } from "../../../../../../shared/audits/facts/html/link-header.ts";

const canonical = (target: string) => ({ target, rel: ["canonical"], hreflang: null });

describe("a Link header", () => {
  it.each([
    { outcome: "may be absent", value: null, links: [] },
    { outcome: "may be empty", value: "", links: [] },
    { outcome: "has a target and a relation", value: `<https://a.example/>; rel="canonical"`, links: [canonical("https://a.example/")] },
    { outcome: "may leave out quotes and blanks", value: "<a>;rel=canonical", links: [canonical("a")] },
    { outcome: "may write names and relations in capitals", value: "<a>; REL=Canonical", links: [canonical("a")] },
    { outcome: "may have commas and semicolons in a target", value: "<a,b;c>; rel=canonical", links: [canonical("a,b;c")] },
    { outcome: "may have commas and quotes in a value", value: `<a>; title="x, \\"<b>\\"; rel=y"; rel=canonical`, links: [canonical("a")] },
    { outcome: "may have several values", value: "<a>; rel=canonical, <b>; rel=canonical,,<c>;rel=canonical", links: ["a", "b", "c"].map(canonical) },
    {
      outcome: "may name several relations",
      value: `<a>; rel="alternate  Canonical"`,
      links: [{ target: "a", rel: ["alternate", "canonical"], hreflang: null }],
    },
    { outcome: "may name a language", value: `<a>; rel=alternate; hreflang="de-CH"`, links: [{ target: "a", rel: ["alternate"], hreflang: "de-CH" }] },
    { outcome: "counts the first relation only", value: "<a>; rel=canonical; rel=next", links: [canonical("a")] },
    { outcome: "may have parameters without a value", value: "<a>; crossorigin; ; rel=canonical", links: [canonical("a")] },
    { outcome: "may have no relation", value: "<a>", links: [{ target: "a", rel: [], hreflang: null }] },
    { outcome: "about another document is left out", value: `<a>; rel=canonical; anchor="/other", <b>; rel=canonical`, links: [canonical("b")] },
    { outcome: "may begin with what cannot be read", value: "a; rel=canonical, <b>; rel=canonical", links: [canonical("b")] },
    { outcome: "may go on with what cannot be read", value: `<a>; rel=canonical "x" y, <b>; rel=canonical`, links: [canonical("a"), canonical("b")] },
    { outcome: "may never end its target", value: "<a; rel=canonical", links: [] },
    { outcome: "may never end its quotes", value: `<a>; rel="canonical`, links: [{ target: "a", rel: [], hreflang: null }] },
  ])("$outcome", ({ value, links }) => {
    expect(parseLinkHeader(value)).toEqual(links);
  });

  it("is bounded", () => {
    expect(parseLinkHeader("<a>;rel=x,".repeat(5_000))).toHaveLength(1_000);
  });
});
