import { describe, expect, it } from "vitest";
import { pageRules } from "../../../../../shared/audits/rules/page-rules.ts";
import { renderMessage } from "../../../../../shared/audits/rules/rule.ts";
import { languages } from "../../../../../shared/platform/index.ts";
import { answerFacts, canonical, failedFacts, image, link, pageFacts, redirectFacts } from "../../../../helpers/unit/page-facts.ts";

const endless = `${"<é𝒳>".repeat(2_000)}`;
const [a, b] = [`https://shop.example/?${endless}`, `https://shop.example/b?${endless}`];

/** Everything wrong that one page can have wrong, written at length. */
const ruin = pageFacts({
  url: `http://shop.example/${endless}`,
  fetch: { headers: { "strict-transport-security": endless, "x-content-type-options": endless } },
  html: {
    hasDoctype: false,
    lang: endless,
    charset: { header: null, meta: null, bom: false },
    titles: [endless, endless],
    descriptions: [endless, endless],
    viewport: null,
    canonicals: [canonical(a), canonical(b), canonical("https://shop.example/", "header"), { href: "/", url: a, source: "html", isRelative: true }],
    robots: [{ source: "meta", agent: endless, directives: ["index", "noindex", `max-snippet:${endless}`, "nosnippet"] }],
    hreflangs: [{ code: endless, href: endless, url: null, source: "html", isRelative: true }],
    metaRefresh: { seconds: 1, url: a },
    headings: [
      { level: 1, text: endless },
      { level: 1, text: endless },
    ],
    links: [link(null, endless), link(`http://localhost/${endless}`, endless), link(`javascript:${endless}`, endless)],
    images: [image(endless)],
    mixedContent: [endless],
  },
});

const answers = {
  "a page with everything wrong": ruin,
  "the same page over https": pageFacts({ ...ruin, url: `https://shop.example/${endless}`, html: ruin.html }),
  "an address that is none": pageFacts({ url: "", html: { canonicals: [canonical("")], links: [link("", "", { url: "" })] } }),
  "a page without anything": pageFacts({
    html: { titles: [], descriptions: [], canonicals: [], robots: [], headings: [], hreflangs: [], links: [], images: [], lang: null, viewport: null },
  }),
  "a missing page": answerFacts(404),
  "a broken page": answerFacts(500),
  "a page that never answers": failedFacts("timeout", endless),
  "a long chain": redirectFacts([a, b, a, b], { finalStatus: 404 }),
  "a circle": redirectFacts([a, b, a], { finalStatus: null, error: { code: "redirect-loop", message: endless } }),
};

describe("the rules of one page", () => {
  it.each(pageRules)("include $id under a name that fits an address", ({ id }) => {
    expect(id).toMatch(/^[a-z0-9-]+$/);
  });

  it("find nothing wrong with a healthy page", () => {
    const facts = pageFacts();
    expect(pageRules.filter((rule) => typeof rule.check(facts) !== "string").map(({ id }) => id)).toEqual([]);
  });

  it.each(Object.entries(answers))("say what is wrong with %s in readable messages and short evidence", (_, facts) => {
    for (const { text, check } of pageRules) {
      const verdict = check(facts);
      if (typeof verdict === "string") continue;
      for (const language of languages) {
        const message = renderMessage(text[language], verdict.values ?? {}, verdict.evidence.length);
        expect(message).not.toMatch(/\{\w+\}/);
        expect(message.length).toBeLessThanOrEqual(500);
      }
      expect(verdict.evidence.length).toBeGreaterThanOrEqual(1);
      for (const item of verdict.evidence) {
        expect(item.length).toBeLessThanOrEqual(500);
        expect(item.isWellFormed()).toBe(true);
      }
    }
  });
});
