import { describe, expect, it } from "vitest";
import { languages } from "../../../../../../shared/platform/index.ts";
import { sampleOf } from "../../../../../../shared/webhooks/catalogue/catalogue.ts";
import { publicEventTypes } from "../../../../../../shared/webhooks/catalogue/public-event.ts";
import { commentDocument, type Document, ticketDocument } from "../../../../../../shared/webhooks/kinds/jira/jira-document.ts";
import { composeMessage } from "../../../../../../shared/webhooks/messages/compose-message.ts";
import type { Message } from "../../../../../../shared/webhooks/messages/message.ts";
import { AdfDocument } from "../../../../../helpers/unit/adf-schema.ts";

const plain: Message = {
  title: "New finding on shop.example: pages without a title",
  text: "Two pages have it.\nGive each page a title.",
  severity: "error",
  severityWord: "Error",
  facts: [{ name: "Site", value: "shop.example" }],
  examples: ["https://shop.example/cart"],
  link: { url: "https://mentha.example/r", label: "Open the report" },
};

const bold = (text: string) => ({ type: "text", text, marks: [{ type: "strong" }] });
const link = (text: string, href: string) => ({ type: "text", text, marks: [{ type: "link", attrs: { href } }] });
const text = (value: string) => ({ type: "text", text: value });
const paragraph = (...content: object[]) => ({ type: "paragraph", content });
const list = (...content: object[]) => ({ type: "bulletList", content: [{ type: "listItem", content: [paragraph(...content)] }] });

const body = [
  paragraph(text("Two pages have it.")),
  paragraph(text("Give each page a title.")),
  list(bold("Site: "), text("shop.example")),
  list(link("https://shop.example/cart", "https://shop.example/cart")),
  paragraph(link("Open the report", "https://mentha.example/r")),
];

/** What people read of a document, and the addresses in it. */
const lengthOf = (document: Document): number => JSON.stringify(document).length;

describe("the description of a ticket", () => {
  it("says how bad it is, what happened, which pages, and where to read on", () => {
    expect(ticketDocument(plain)).toEqual({ type: "doc", version: 1, content: [paragraph(bold("Error")), ...body] });
  });

  it.each(publicEventTypes.flatMap((type) => languages.map((language) => [type, language] as const)))("of %s in %s is a document of Jira", (type, language) => {
    const message = composeMessage(sampleOf(type, "wsp_1", 1_800_000_000_000).event, language, "https://mentha.example");
    expect(() => AdfDocument.parse(ticketDocument(message))).not.toThrow();
    expect(() => AdfDocument.parse(commentDocument(message, "mentha-dlv_1", null))).not.toThrow();
  });

  it("has neither empty texts nor empty lists where there is nothing to say", () => {
    const empty: Message = { ...plain, text: "", severityWord: "", facts: [{ name: "Site", value: "" }], examples: [], link: null };
    expect(() => AdfDocument.parse(ticketDocument(empty))).not.toThrow();
  });

  it("links to pages only, and shows what else claims to be an address", () => {
    const examples = ["javascript:alert(1)", "https://shop.example@evil.example/", `https://shop.example/${"a".repeat(2_000)}`];
    const said = JSON.stringify(ticketDocument({ ...plain, examples, link: null }));
    expect(said).toContain("javascript:alert(1)");
    expect(said).not.toContain("href");
  });

  it("stays within what Jira takes, however much there is to say", () => {
    const long = "á".repeat(20_000);
    const facts = Array.from({ length: 100 }, () => ({ name: long, value: long }));
    const document = ticketDocument({
      ...plain,
      text: long,
      facts,
      examples: Array.from({ length: 100 }, (_, page) => `https://shop.example/${page}/${long}`),
    });
    expect(() => AdfDocument.parse(document)).not.toThrow();
    expect(lengthOf(document)).toBeLessThan(32_767);
  });
});

describe("a comment", () => {
  it("begins with what happened and ends with what it is found by", () => {
    const content = [paragraph(bold(plain.title)), ...body, paragraph(text("mentha-dlv_1"))];
    expect(commentDocument(plain, "mentha-dlv_1", null)).toEqual({ type: "doc", version: 1, content });
  });

  it("says a remark before that", () => {
    const { content } = commentDocument(plain, "mentha-dlv_1", "Close it by hand.");
    expect(content.slice(-2)).toEqual([paragraph(text("Close it by hand.")), paragraph(text("mentha-dlv_1"))]);
  });
});
