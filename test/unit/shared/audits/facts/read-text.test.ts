import { describe, expect, it } from "vitest";
import { read } from "./reading.ts";

const words = (count: number, from = 0): string => Array.from({ length: count }, (_, n) => `word${from + n}`).join(" ");

describe("words", () => {
  it.each([
    { text: "", wordCount: 0 },
    { text: "one two  three\n", wordCount: 3 },
    { text: "don't — l’été, 3 apples!", wordCount: 4 },
    { text: "un<b>believ</b>able", wordCount: 1 },
    { text: "<li>one</li><li>two</li>", wordCount: 2 },
    { text: "one<br>two<img alt='not counted'>three", wordCount: 3 },
    { text: "fish&amp;chips caf&eacute;", wordCount: 3 },
    { text: "漢字かなカナ", wordCount: 6 },
    { text: "𠀀𠀁 mixed漢字words", wordCount: 6 },
    { text: "한국어 문장", wordCount: 2 },
    { text: "हिन्दी भाषा", wordCount: 2 },
    { text: "Привет, мир", wordCount: 2 },
    { text: "😀 ❤️ 👨‍👩‍👧 !!! —", wordCount: 0 },
    { text: "<svg><title>a</title><desc>b</desc><text>c</text></svg>", wordCount: 1 },
    { text: "<script>a</script><style>b</style><noscript>c</noscript><template>d</template><title>e</title>", wordCount: 0 },
    { text: "<textarea>a</textarea><iframe>b</iframe><!-- c --><svg><style>d</style></svg>", wordCount: 0 },
    { text: "<xmp>one <b>two</xmp>", wordCount: 3 },
    { text: "<div>one <svg><path d=x> <p>two</p>", wordCount: 2 },
    { text: "<svg><style>a</svg>b <svg><metadata>c<p>d</p>", wordCount: 2 },
    { text: "<svg><metadata>a<metadata>b</metadata>c</metadata><text>d</text></svg>", wordCount: 1 },
    { text: "a\0b", wordCount: 2 },
  ])("of $text are $wordCount", ({ text, wordCount }) => {
    expect(read(text).wordCount).toBe(wordCount);
  });

  it("are counted after thousands of open elements", () => {
    expect(read(`${"<div><svg>".repeat(100_000)}<p>one two`).wordCount).toBe(2);
  });
});

describe("text length", () => {
  it.each([
    { text: "", textLength: 0 },
    { text: "  a \n b  ", textLength: 3 },
    { text: "<p>a</p>\n<p>b</p>", textLength: 3 },
    { text: "a<b>b</b>!", textLength: 3 },
    { text: "漢😀", textLength: 2 },
    { text: "a<script>hidden</script>", textLength: 1 },
  ])("of $text is $textLength", ({ text, textLength }) => {
    expect(read(text).textLength).toBe(textLength);
  });
});

/** How many of 64 bits differ. */
function distance(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number.NaN;
  const bits = (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2);
  return bits.split("").filter((bit) => bit === "1").length;
}

describe("the fingerprint", () => {
  const page = read(words(500)).fingerprint;

  it("is 16 hex digits, from 20 words on", () => {
    expect(read(words(20)).fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(read(words(19)).fingerprint).toBeNull();
  });

  it("is the same for the same words, whatever the markup, case and punctuation", () => {
    expect(read(`<body><p>${words(500).toUpperCase().replaceAll(" ", ", </p><p>")}`).fingerprint).toBe(page);
  });

  it("changes little with little text, and much with other text", () => {
    expect(distance(page, read(`${words(490)} nine new words in place of the last ten`).fingerprint)).toBeLessThanOrEqual(8);
    expect(distance(page, read(words(500, 1_000)).fingerprint)).toBeGreaterThan(16);
  });

  it("depends on the order of words", () => {
    expect(distance(page, read(words(500).split(" ").reverse().join(" ")).fingerprint)).toBeGreaterThan(16);
  });

  it("has both halves at work", () => {
    const prints = Array.from({ length: 40 }, (_, n) => read(words(60, n * 60)).fingerprint ?? "");
    expect(new Set(prints.map((print) => print.slice(0, 8))).size).toBe(40);
    expect(new Set(prints.map((print) => print.slice(8))).size).toBe(40);
  });
});
