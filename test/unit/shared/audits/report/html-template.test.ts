import { describe, expect, it } from "vitest";
import { pageLink } from "../../../../../shared/audits/report/html-template.ts";

describe("a link to a page", () => {
  it.each([
    {
      outcome: "lets addresses break after their slashes",
      got: pageLink("not followed", "https://a.example/b/c.html"),
      markup: '<span class="url">https://a.example/<wbr>b/<wbr>c.html</span>',
    },
    { outcome: "breaks no address after its first slash or before nothing", got: pageLink("x", "/b//c/"), markup: '<span class="url">/b//c/</span>' },
  ])("$outcome", ({ got, markup }) => {
    expect(got.toString()).toBe(markup);
  });
});
