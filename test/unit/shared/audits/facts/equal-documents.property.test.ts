import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHtmlDecoder } from "../../../../../shared/audits/facts/charset.ts";
import { read } from "./reading.ts";

/** An element as a person thinks of it; text is a string. */
interface Element {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly Node[];
}
type Node = Element | string;

const value = fc.constantFrom("/a?b=1&c=2", "https://other.example/", "x > y", '"it\'s"', "noindex, follow", "é 漢 😀", "&amp;", "&copy", "&notit;", "");
const text = fc.constantFrom("one two", " ", "é 漢 😀", "a < b", "AT&T", "&amp;", "&lt;p>", "</p>", "&copy", "\u00a0");
const attributes = (...names: string[]) =>
  fc.subarray(names).chain((chosen) => fc.tuple(...chosen.map((name) => value.map((made): [string, string] => [name, made]))));
const made = (name: string, names: readonly string[], children: fc.Arbitrary<Node[]>): fc.Arbitrary<Element> =>
  fc.record({ name: fc.constant(name), attributes: attributes(...names), children });

const none = fc.constant<Node[]>([]);
const phrase = fc.array(text, { maxLength: 2 });
const inline = fc.array(fc.oneof(text, made("img", ["src", "alt", "width", "height"], none), made("b", ["class"], phrase)), { maxLength: 3 });
const block = fc.oneof(
  made("p", ["id"], inline),
  made("h1", [], inline),
  made("h2", [], inline),
  made("a", ["href", "rel", "aria-label"], inline),
  made("div", ["class"], fc.array(made("a", ["href"], inline), { maxLength: 2 })),
  made("form", ["action", "method"], none),
  made("iframe", ["src"], none),
);
const head = fc.oneof(
  made("title", [], phrase),
  made("meta", ["name", "content"], none),
  made("link", ["rel", "href", "hreflang"], none),
  made("script", ["src"], none),
);
const document = fc.record({ head: fc.array(head, { maxLength: 4 }), body: fc.array(block, { maxLength: 6 }) });
const empty: ReadonlySet<string> = new Set(["img", "meta", "link"]);

type Choose = (ways: number) => number;
const chooser = (choices: readonly number[]): Choose => {
  let next = 0;
  return (ways) => (choices[next++ % choices.length] ?? 0) % ways;
};

/** A document in one of the many ways in which HTML lets it be written. */
function write({ head: inHead, body }: { head: readonly Node[]; body: readonly Node[] }, choose: Choose): string {
  const pick = (...ways: readonly string[]): string => ways[choose(ways.length)] ?? "";
  const cased = (name: string): string => pick(name, name.toUpperCase(), `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`);
  const encoded = (raw: string, marks: RegExp): string =>
    raw.replace(marks, (mark) =>
      pick(`&#${mark.codePointAt(0)};`, `&#x${mark.codePointAt(0)?.toString(16)};`, `&#X${mark.codePointAt(0)?.toString(16).toUpperCase()};`),
    );
  const attribute = ([name, raw]: readonly [string, string]): string => {
    const gap = pick(" ", "\n", "\t ", "  ");
    const sign = pick("=", " = ", "=\n");
    return `${gap}${cased(name)}${pick(`${sign}"${encoded(raw, /[&"]/g)}"`, `${sign}'${encoded(raw, /[&']/g)}'`, `${sign}"${encoded(raw, /[\s\S]/gu)}"`)}`;
  };
  const node = (each: Node): string => {
    if (typeof each === "string") return pick(encoded(each, /[&<]/g), encoded(each, /[&<>\u0080-\uffff]/gu), encoded(each, /[\s\S]/gu));
    const start = `<${cased(each.name)}${each.attributes.map(attribute).join("")}${pick("", " ", "\n")}`;
    if (empty.has(each.name)) return `${start}${pick(">", " />")}`;
    return `${start}>${each.children.map(node).join("")}</${cased(each.name)}${pick("", " ", "\n")}>`;
  };
  const between = (): string => pick("", "<!-- <p>x</p> -->", "<!---->", "<!x>", "<?x y?>");
  const nodes = (all: readonly Node[]): string => all.map((each) => `${between()}${node(each)}`).join("");
  return `${pick("<!doctype html>", "<!DOCTYPE HTML>", "<!doctype  html >")}<html><head>${nodes(inHead)}</head><body>${nodes(body)}</body></html>`;
}

describe("facts", () => {
  it("are equal for one document in any two spellings", () => {
    fc.assert(
      fc.property(document, fc.array(fc.nat(1_000), { minLength: 1, maxLength: 60 }), (content, choices) => {
        expect(read(write(content, chooser(choices)))).toEqual(read(write(content, () => 0)));
      }),
      { numRuns: 500 },
    );
  });

  it("are equal for one document that arrives byte by byte, in any encoding", () => {
    const encoding = fc.constantFrom("utf-8", "utf-16le", "utf-16be");
    fc.assert(
      fc.property(document, encoding, fc.nat(1_200), (content, charset, padding) => {
        // The first kilobyte is searched for the name of the encoding: letters must be whole on both sides of its end.
        const html = `<p>${"é".repeat(padding)}</p>${write(content, () => 0)}`;
        const decoder = createHtmlDecoder(`text/html; charset=${charset}`);
        const parts = [...encode(html, charset)].map((byte) => decoder.write(Uint8Array.of(byte)));
        expect(read([...parts, decoder.end()])).toEqual(read(html));
      }),
      { numRuns: 100 },
    );
  });
});

function encode(html: string, charset: string): Uint8Array {
  if (charset === "utf-8") return new TextEncoder().encode(html);
  return Uint8Array.from(
    html.split("").flatMap((unit) => {
      const octets = [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >>> 8];
      return charset === "utf-16le" ? octets : octets.reverse();
    }),
  );
}
