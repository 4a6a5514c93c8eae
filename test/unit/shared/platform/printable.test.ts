import { describe, expect, it } from "vitest";
import { html } from "../../../../shared/platform/html.ts";
import { printable, printableJson } from "../../../../shared/platform/printable.ts";

/** A control sequence in 8 bits, an escape, delete, and overrides of the direction of reading. */
const hostile = ["\u009b2J", "\u001b[2J", "\u007f", "\u202egnp.exe", "\u2066a\u2069", "\u200f", "\u061c"];
const dangerous = /[\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[^\P{Cc}\n]/u;

describe("the text of others", () => {
  it.each(hostile.map((text) => JSON.stringify(text)))("%s is harmless as text, in a page and in JSON, which stays equal", (quoted) => {
    const title = `Tea ${JSON.parse(quoted)} shop é 🌿`;
    expect(printable(title)).not.toMatch(dangerous);
    expect(html`<p title="${title}">${title}</p>`.toString()).not.toMatch(dangerous);
    const text = printableJson({ [title]: [title] });
    expect(text).not.toMatch(dangerous);
    expect(JSON.parse(text)).toEqual({ [title]: [title] });
  });

  it("is one line, with one space where there was something to take out", () => {
    expect(printable("Tea\r\n\t\u001b[2Jshop")).toBe("Tea [2Jshop");
  });

  it("is otherwise kept as it is", () => {
    expect(html`<p>${"שלום, 漢字 👩‍💻"}</p>`.toString()).toBe("<p>שלום, 漢字 👩‍💻</p>");
    expect(printableJson({ a: ["é"] })).toBe(JSON.stringify({ a: ["é"] }, null, 2));
  });
});
