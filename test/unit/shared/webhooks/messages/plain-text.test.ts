import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linkTo } from "../../../../../shared/webhooks/messages/link-to.ts";
import { firstLines, oneLine, someLines, within } from "../../../../../shared/webhooks/messages/plain-text.ts";
import { anyText } from "../../../../helpers/hostile-message.ts";

describe("text of others", () => {
  it.each([
    { name: "line ends", text: "a\r\nb\u2028c\u2029d\te", shown: "a b c d e" },
    { name: "characters that control a terminal", text: "a\u0000b\u001b[31mc\u009bd", shown: "a b [31mc d" },
    { name: "turns of direction", text: "a\u202eb\u2066c\u200fd", shown: "a b c d" },
    { name: "what has no width", text: "a\u200bb\u2060c\ufeffd\u00ade\u{e0041}f", shown: "abcdef" },
    { name: "half characters", text: "a\ud83db\udc00", shown: "a\ufffdb\ufffd" },
    { name: "accents without end", text: `e${"\u0301".repeat(500)}!`, shown: `e${"\u0301".repeat(8)}!` },
  ])("is on one line without $name", ({ text, shown }) => {
    expect(oneLine(text)).toBe(shown);
  });

  it.each(["naïve café", "👩‍👩‍👧", "می‌خواهم", "שלום", "हिन्दी", "🇪🇸"])("stays as it was: %s", (text) => {
    expect(oneLine(text)).toBe(text);
  });

  it("keeps its lines where it may have some, but not many empty ones", () => {
    expect(someLines(" a \r\n\r\n\r\n\n b\u0007 \n")).toBe("a\n\nb");
  });
});

describe("cutting a text", () => {
  it.each([
    { text: "four", max: 4, cut: "four" },
    { text: "fives", max: 4, cut: "fiv…" },
    { text: "ab🇪🇸cd", max: 6, cut: "ab…" },
    { text: "👩‍👩‍👧👩‍👩‍👧", max: 9, cut: "👩‍👩‍👧…" },
    { text: "e\u0301e\u0301", max: 3, cut: "e\u0301…" },
    { text: "any", max: 1, cut: "…" },
    { text: "any", max: 0, cut: "" },
    { text: "", max: 0, cut: "" },
  ])("leaves whole characters: $text in $max", ({ text, max, cut }) => {
    expect(within(text, max)).toBe(cut);
  });

  it("counts what is written, and never cuts what stands for one character", () => {
    const write = (text: string): string => text.replaceAll("&", "&amp;");
    expect(within("a&b", 7, write)).toBe("a&amp;b");
    expect(within("a&b", 6, write)).toBe("a…");
  });

  it("fits whatever it is given", () => {
    const write = (text: string): string => text.replace(/[<*]/g, "\\$&");
    fc.assert(
      fc.property(anyText(300), fc.nat(200), (text, max) => {
        const cut = within(text, max, write);
        expect(cut.length).toBeLessThanOrEqual(max);
        expect(cut.isWellFormed()).toBe(text.isWellFormed() || cut.isWellFormed());
        if (write(text).length <= max) expect(cut).toBe(write(text));
        else expect(write(text).startsWith(cut.slice(0, -1))).toBe(true);
      }),
    );
  });

  it("takes as many whole lines as fit", () => {
    expect(firstLines(["ab", "cd", "e"], 5)).toBe("ab\ncd");
    expect(firstLines(["long", "cd", "e"], 3)).toBe("cd");
    expect(firstLines(["abc"], 2)).toBe("");
  });
});

describe("an example", () => {
  it.each([
    { example: "https://shop.example/a?b=1&c=<d>", address: "https://shop.example/a?b=1&c=%3Cd%3E" },
    { example: "https://shop.example/ü b", address: "https://shop.example/%C3%BC%20b" },
    { example: "https://shop.example/long…", address: null },
    { example: "https://bank.example@evil.example/", address: null },
    { example: "javascript:alert(1)", address: null },
    { example: "/cart", address: null },
  ])("is a link when it is the address of a page: $example", ({ example, address }) => {
    expect(linkTo(example)).toBe(address);
  });
});
