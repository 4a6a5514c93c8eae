import { describe, expect, it } from "vitest";
import { cardText, commentText } from "../../../../../../shared/webhooks/kinds/trello/trello-text.ts";
import type { Message } from "../../../../../../shared/webhooks/messages/message.ts";

const plain: Message = {
  title: "Fixed on shop.example",
  text: "No page has it any more\nTwo had it before",
  severity: "good",
  severityWord: "Solved",
  facts: [
    { name: "Site", value: "shop" },
    { name: "Rule", value: "title" },
  ],
  examples: ["https://shop.example/a_(b)", "not an address"],
  link: { url: "https://mentha.example/r", label: "Open the report" },
};
const mark = "mentha-dlv_01kaq3v8e0000000000000000a";

describe("the text of a card", () => {
  it("says how bad it is, what happened, which pages, where to read on, and what it is found by", () => {
    expect(cardText(plain, mark)).toBe(
      [
        "**Solved**",
        "No page has it any more",
        "Two had it before",
        "- **Site:** shop\n- **Rule:** title",
        "- [https\\://shop\\.example/a\\_\\(b\\)](https://shop.example/a_%28b%29)\n- not an address",
        "[Open the report](https://mentha.example/r)",
        mark,
      ].join("\n\n"),
    );
  });

  it("leaves out what there is nothing to say of", () => {
    expect(cardText({ ...plain, severityWord: "", text: "", facts: [], examples: [], link: null }, mark)).toBe(mark);
  });

  it.each([
    ["a link", "[shop](https://evil.example)", /(?<!\\)\[shop/],
    ["a picture", "![x](https://evil.example/x.png)", /(?<!\\)!/],
    ["a mention", "ask @board now", /@\w/],
    ["a heading", "# Now", /(?<!\\)#/],
    ["an address in brackets", "<https://evil.example>", /(?<!\\)</],
    ["code", "`x`", /(?<!\\)`/],
    ["an address by itself", "https://evil.example", /https:\/\//],
  ])("shows %s in the text of others as text", (_what, hostile, pattern) => {
    const facts = [{ name: hostile, value: hostile }];
    const said = cardText({ ...plain, severityWord: hostile, text: hostile, facts, examples: [], link: null }, mark);
    expect(said).not.toMatch(pattern);
  });

  it("leads nowhere but to pages, and ends each address where it ends", () => {
    const examples = ["javascript:alert(1)", "https://shop.example/@ana/)[x](https://evil.example"];
    const said = cardText({ ...plain, examples, link: null }, mark);
    expect(said).not.toContain("](javascript");
    expect(said).not.toContain("](https://evil.example");
    expect(said).not.toMatch(/@\w/);
  });

  it("stays within what Trello takes and what is read of its answer, however much there is to say", () => {
    const long = "*".repeat(20_000);
    const facts = Array.from({ length: 100 }, () => ({ name: long, value: long }));
    const examples = Array.from({ length: 100 }, (_, page) => `https://shop.example/${page}/${long}`);
    const said = cardText({ ...plain, text: long, facts, examples }, mark);
    expect(said.length).toBeLessThan(16_384);
    expect(said.endsWith(mark)).toBe(true);
  });
});

describe("a comment on a card", () => {
  it("begins with what happened and ends with what it is found by", () => {
    const said = commentText(plain, mark).split("\n\n");
    expect([said.at(0), said.at(-1)]).toEqual(["**Fixed on shop\\.example**", mark]);
  });
});
