import { describe, expect, it } from "vitest";
import { attributeAt, elementAt, trait } from "../../../../../../shared/audits/facts/html/elements.ts";

const inside = (name: string): [text: string, start: number, end: number] => [`<${name}>`, 1, 1 + name.length];

describe("the name of an element", () => {
  it.each([
    { written: "a", name: "a", bits: trait.inline | trait.attributes },
    { written: "STRONG", name: "strong", bits: trait.inline },
    { written: "p", name: "p", bits: 0 },
    { written: "x-card", name: "x-card", bits: 0 },
    { written: "a-very-long-custom-element", name: "a-very-long-custom-element", bits: 0 },
    // The sign for kelvin, whose lower case is a k; and letters that differ from others in the bit of the case alone.
    { written: "lin\u212a", name: "link", bits: trait.headContent | trait.attributes },
    { written: "h\u0011", name: "h\u0011", bits: 0 },
  ])("$written is $name", ({ written, name, bits }) => {
    expect(elementAt(...inside(written))).toEqual({ name, bits });
  });
});

describe("the name of an attribute", () => {
  it.each([
    { written: "HREF", kept: "href" },
    { written: "xml:lang", kept: "xml:lang" },
    { written: "class", kept: "" },
    { written: "data-id", kept: "" },
    { written: "onClick", kept: "on" },
    { written: "once", kept: "on" },
    { written: "constructor", kept: "" },
  ])("$written is kept as “$kept”", ({ written, kept }) => {
    expect(attributeAt(...inside(written))).toBe(kept);
  });
});
