import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHtmlDecoder } from "../../../../../shared/audits/facts/charset.ts";
import { HtmlScanner } from "../../../../../shared/audits/facts/html/html-scanner.ts";
import { normalise, pageUrl, read } from "./reading.ts";

/** Pieces that meet in odd ways: halves of tags, references, comments and raw text. */
const pieces = fc.constantFrom(
  ..."< </ > / = \" ' & ; ! -- --> <!-- <!doctype html> <![CDATA[ ]]> <? a p x href class \n \0 \ufeff é 漢 😀 \ud83d".split(" "),
  ...["<a href=", "<a href='/x'>", "<title>", "</title>", "<script>", "</script", "<svg>", "<math>", "<foreignObject>", "<template>", "</template>"],
  ...["<noscript>", "</noscript>", "<h1>", "</h1>", "<img alt=", "<meta name=robots content=", "<link rel=canonical href=", "<base href=", "<form>"],
  ...["<plaintext>", "<textarea>", "<iframe>", "<style>", "&amp;", "&am", "p;", "&#x", "&#1114112;", "&notit;", "&NotEqualTilde;", "http:", "data:", " "],
);
const page = fc.oneof(
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
  fc.array(fc.nat(0x10ffff), { maxLength: 80 }).map((codes) => String.fromCodePoint(...codes)),
);

/** The text cut at any places, also inside a surrogate pair. */
const partedPage = fc.tuple(page, fc.array(fc.nat(), { maxLength: 6 })).map(([text, places]) => {
  const cuts = [0, ...places.map((place) => place % (text.length + 1)).sort((a, b) => a - b), text.length];
  return { text, parts: cuts.slice(1).map((end, i) => text.slice(cuts[i], end)) };
});

/** What a scan reports, runs of text joined. */
function events(parts: readonly string[], isXml: boolean): unknown[] {
  const seen: unknown[] = [];
  let run: { text: string } | null = null;
  const report = (event: unknown): void => {
    run = null;
    seen.push(event);
  };
  const scanner = new HtmlScanner(
    {
      onOpen: (name, _bits, attributes, isForeign) => report(["open", name, [...attributes], isForeign]),
      onClose: (name) => report(["close", name]),
      onDoctype: () => report(["doctype"]),
      onText: (source, start, end) => {
        if (start === end) return;
        if (run === null) {
          run = { text: "" };
          seen.push(run);
        }
        run.text += source.slice(start, end);
      },
    },
    isXml,
  );
  for (const part of parts) scanner.write(part);
  scanner.end();
  return seen;
}

describe("a scan", () => {
  it("reports the same however the document was cut", () => {
    fc.assert(
      fc.property(partedPage, fc.boolean(), ({ text, parts }, isXml) => {
        expect(events(parts, isXml)).toEqual(events([text], isXml));
        expect(events(text.split(""), isXml)).toEqual(events([text], isXml));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("facts", () => {
  it("are the same however the page was cut, and plain data", () => {
    fc.assert(
      fc.property(partedPage, ({ text, parts }) => {
        const facts = read(text);
        expect(read(parts)).toEqual(facts);
        expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
        expect(JSON.stringify(facts)).not.toContain("\\u0000");
      }),
      { numRuns: 1_000 },
    );
  });

  it("are the same on both sides of the reader's own pieces", () => {
    const text = `<title>t</title>${"<p>one <a href='/x'>two &amp; three</a> 😀\n".repeat(4_000)}`;
    const facts = read(text);
    expect(facts).toMatchObject({ wordCount: 12_000, linkTotal: 4_000, titles: ["t"] });
    for (const size of [1_000, 65_535, 65_536, 65_537]) {
      expect(read(text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [])).toEqual(facts);
    }
  });

  it("come of any bytes, under any header", () => {
    const headers = fc.record({ "content-type": asHeader(), link: asHeader(), "x-robots-tag": asHeader() });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), headers, fc.nat(200), (bytes, given, cut) => {
        const whole = createHtmlDecoder(given["content-type"]);
        const parted = createHtmlDecoder(given["content-type"]);
        const text = whole.write(bytes) + whole.end();
        expect(parted.write(bytes.slice(0, cut)) + parted.write(bytes.slice(cut)) + parted.end()).toBe(text);
        for (const { url } of read(text, { headers: given }).links) expect(url === null || normalise(url, pageUrl) === url).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

/** Text that a header may hold, rich in what Link and X-Robots-Tag are made of. */
function asHeader(): fc.Arbitrary<string> {
  const parts = fc.constantFrom(
    "<",
    ">",
    ";",
    ",",
    "=",
    '"',
    "\\",
    " ",
    "rel",
    "canonical",
    "hreflang",
    "googlebot",
    ":",
    "noindex",
    "unavailable_after",
    "charset",
    "x",
  );
  return fc.array(parts, { maxLength: 20 }).map((all) => all.join(""));
}

describe("hostile pages", () => {
  it.each([
    { outcome: "a million unclosed tags", html: "<b>".repeat(1_000_000) },
    { outcome: "as many end tags without a start", html: `${"<b>".repeat(500_000)}${"</i>".repeat(500_000)}` },
    { outcome: "drawings inside drawings", html: `${"<svg>".repeat(300_000)}${"</math>".repeat(300_000)}` },
    { outcome: "templates inside templates", html: "<template>".repeat(300_000) },
    { outcome: "an attribute of a megabyte", html: `<a href="${"x".repeat(1_000_000)}" title='${"y\n".repeat(500_000)}'>` },
    { outcome: "a million attributes", html: `<a ${"onx=1 ".repeat(500_000)}>` },
    { outcome: "a comment without end", html: `<!--${"-".repeat(1_000_000)}` },
    { outcome: "references without end", html: "&am".repeat(500_000) },
    { outcome: "a delay of a million digits", html: `<meta http-equiv=refresh content="${"1".repeat(1_000_000)}">` },
    { outcome: "a heading of blanks", html: `<h1><a href=x>${" \n".repeat(500_000)}` },
  ])("give small facts: $outcome", ({ html }) => {
    expect(JSON.stringify(read(html)).length).toBeLessThan(10_000);
  });

  it("fit into a row of 2 MB, links and images apart, and keep what matters most", () => {
    const path = (n: number) => `/${n}${"漢".repeat(600)}`;
    const many = (count: number, tag: (n: number) => string) => Array.from({ length: count }, (_, n) => tag(n)).join("");
    const html =
      many(600, (n) => `<link rel=alternate hreflang=de href="${path(n)}"><meta name=robots content="noindex,${"\u0001".repeat(90)}">`) +
      many(300, (n) => `<script src="${path(n)}"></script><script type=application/ld+json>${"\u0001".repeat(60_000)}</script>`) +
      many(600, (n) => `<title>${"\u0001".repeat(500)}</title><h1>${"\u0001".repeat(500)}</h1><img src="http://a.example${path(n)}">`);
    const facts = read(html);
    expect(new TextEncoder().encode(JSON.stringify({ ...facts, links: [], images: [] })).length).toBeLessThan(2_000_000);
    expect(facts.titles).toHaveLength(50);
    expect(facts.robots).toHaveLength(50);
    expect(facts.headings.length).toBeGreaterThan(0);
  });
});
