import { describe, expect, it } from "vitest";
import { arialWidth } from "../../../../../shared/audits/rules/text-width.ts";

describe("the width of a text in Arial", () => {
  it.each([
    { outcome: "nothing for no text", text: "", pixels: 20, width: 0 },
    { outcome: "little for narrow letters", text: "iiii", pixels: 20, width: 18 },
    { outcome: "much for wide letters", text: "WWWW", pixels: 20, width: 76 },
    { outcome: "a digit's width for each digit", text: "0123456789", pixels: 20, width: 111 },
    { outcome: "in proportion to the size of the letters", text: "0123456789", pixels: 14, width: 78 },
    { outcome: "the same for an accented letter as for its plain one", text: "éñöç", pixels: 20, width: 43 },
    { outcome: "the same for an accent written as a character of its own", text: "e\u0301n\u0303o\u0308c\u0327", pixels: 20, width: 43 },
    { outcome: "Cyrillic by its own widths", text: "Ж", pixels: 20, width: 18 },
    { outcome: "a square for an ideograph", text: "日本", pixels: 20, width: 40 },
    { outcome: "a square for a syllable of Hangul", text: "한", pixels: 20, width: 20 },
    { outcome: "a square for a picture, whatever it is joined from", text: "☕\ufe0f", pixels: 20, width: 20 },
    { outcome: "about a digit's width for letters of other alphabets", text: "שלום", pixels: 20, width: 44 },
  ])("is $outcome", ({ text, pixels, width }) => {
    expect(arialWidth(text, pixels)).toBe(width);
  });
});
