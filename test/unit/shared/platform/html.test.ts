import { describe, expect, it } from "vitest";
import { html, trusted } from "../../../../shared/platform/html.ts";

describe("the html template", () => {
  it.each([
    { outcome: "escapes text", got: html`<p>${"a < b & c"}</p>`, markup: "<p>a &lt; b &amp; c</p>" },
    { outcome: "escapes both kinds of quotes", got: html`<p title="${`"x" 'y'`}"></p>`, markup: '<p title="&quot;x&quot; &#39;y&#39;"></p>' },
    { outcome: "does not escape twice", got: html`<p>${html`<b>${"&"}</b>`}</p>`, markup: "<p><b>&amp;</b></p>" },
    { outcome: "joins lists", got: html`<ul>${["<", ">"].map((item) => html`<li>${item}</li>`)}</ul>`, markup: "<ul><li>&lt;</li><li>&gt;</li></ul>" },
    { outcome: "escapes plain strings in lists", got: html`${["<a>", "<b>"]}`, markup: "&lt;a&gt;&lt;b&gt;" },
    { outcome: "leaves out null and false, not zero", got: html`${null}${false}${0}`, markup: "0" },
    { outcome: "keeps what is trusted", got: html`<style>${trusted("a > b {}")}</style>`, markup: "<style>a > b {}</style>" },
  ])("$outcome", ({ got, markup }) => {
    expect(got.toString()).toBe(markup);
  });
});
