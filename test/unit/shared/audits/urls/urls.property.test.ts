import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlobs } from "../../../../../shared/audits/urls/glob.ts";
import { normaliseUrl } from "../../../../../shared/audits/urls/index.ts";

/** A character as it stands in a canonical address, and other ways to write it. */
interface Spelled {
  readonly canonical: string;
  readonly others: readonly string[];
}

const letter = fc.constantFrom<Spelled>(
  { canonical: "a", others: ["%61"] },
  { canonical: "Z", others: ["%5A", "%5a"] },
  { canonical: "7", others: ["%37"] },
  { canonical: "-", others: ["%2D", "%2d"] },
  { canonical: "~", others: ["%7E", "%7e"] },
  { canonical: "%C3%A9", others: ["é", "%c3%a9", "%C3%a9"] },
  { canonical: "%F0%9F%8C%BF", others: ["🌿"] },
  { canonical: "%20", others: [] },
  { canonical: "%2F", others: ["%2f"] },
  { canonical: "%26", others: [] },
  { canonical: "%25", others: [] },
  { canonical: "+", others: [] },
  { canonical: "@", others: [] },
);
const word = fc.array(letter, { minLength: 1, maxLength: 3 });
/** What makes an address another address. Names of parameters differ, as the order of equal ones counts. */
const resource = fc.record({
  scheme: fc.constantFrom("http", "https"),
  port: fc.constantFrom("", "8080"),
  segments: fc.array(word, { maxLength: 3 }),
  isFolder: fc.boolean(),
  parameters: fc.uniqueArray(fc.tuple(word, fc.option(word)), { maxLength: 4, selector: ([name]) => canonical(name) }),
});
type Resource = typeof resource extends fc.Arbitrary<infer Made> ? Made : never;

const canonical = (spelled: readonly Spelled[]): string => spelled.map((each) => each.canonical).join("");

function canonicalUrl({ scheme, port, segments, isFolder, parameters }: Resource): string {
  const path = segments.map((segment) => `/${canonical(segment)}`).join("");
  const query = parameters.map(([name, value]) => ({ name: canonical(name), value: value === null ? "" : `=${canonical(value)}` }));
  const sorted = query.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, value }) => `${name}${value}`);
  return `${scheme}://example.com${port && `:${port}`}${path}${isFolder || path === "" ? "/" : ""}${sorted.length > 0 ? "?" : ""}${sorted.join("&")}`;
}

/** One address in some other spelling; `choose` picks among so many ways. */
function respell({ scheme, port, segments, isFolder, parameters }: Resource, choose: (ways: number) => number): string {
  const pick = (ways: readonly string[]): string => ways[choose(ways.length)] ?? "";
  const spell = (spelled: readonly Spelled[]): string => spelled.map((each) => pick([each.canonical, ...each.others])).join("");
  const path = segments.map((segment) => `${pick(["", "/.", "/x/..", "/%2E", "/x/%2e."])}/${spell(segment)}`).join("");
  const query = parameters.map(([name, value]) => `${spell(name)}${value === null ? "" : `=${spell(value)}`}`);
  const mixed: string[] = [];
  for (const parameter of query) mixed.splice(choose(mixed.length + 1), 0, parameter);
  for (let extras = choose(4); extras > 0; extras -= 1)
    mixed.splice(choose(mixed.length + 1), 0, pick(["utm_source=a", "UTM_Medium", "gclid=1%202", "fbclid=", "%67clid=b", ""]));
  const host = `${pick(["", "user@", "user:pass@"])}${pick(["example.com", "EXAMPLE.com", "ex%61mple.com"])}`;
  const defaultPort = pick(["", scheme === "http" ? ":80" : ":443"]);
  const start = `${pick(["", " ", "\n"])}${pick([scheme, scheme.toUpperCase()])}://${host}${port === "" ? defaultPort : `:${port}`}`;
  const question = mixed.length > 0 ? "?" : pick(["", "?"]);
  return `${start}${path}${isFolder || path === "" ? "/" : ""}${question}${mixed.join("&")}${pick(["", "#", "#a?b=c"])}`;
}

/** Choices in turn, over and over. */
function chooser(choices: readonly number[]): (ways: number) => number {
  let next = 0;
  return (ways) => (choices[next++ % choices.length] ?? 0) % ways;
}
const choices = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 });

describe("a normalised address", () => {
  it("is one for every spelling of a page", () => {
    fc.assert(
      fc.property(resource, choices, (page, chosen) => {
        expect(normaliseUrl(respell(page, chooser(chosen)))).toBe(canonicalUrl(page));
      }),
      { numRuns: 1_000 },
    );
  });

  it("is another for another page", () => {
    fc.assert(
      fc.property(resource, resource, choices, (one, other, chosen) => {
        const isSame = canonicalUrl(one) === canonicalUrl(other);
        expect(normaliseUrl(respell(one, chooser(chosen))) === normaliseUrl(respell(other, chooser(chosen.toReversed())))).toBe(isSame);
      }),
      { numRuns: 500 },
    );
  });

  it("is the URL Standard's own where nothing is to be dropped", () => {
    fc.assert(
      fc.property(resource, (page) => {
        const url = canonicalUrl(page);
        expect(normaliseUrl(url)).toBe(new URL(url).href);
      }),
      { numRuns: 500 },
    );
  });

  it("never leaves its origin, and asks the server for the same path", () => {
    const part = fc.constantFrom(..."a / // \\ .. . @ : :80 # ? & = % %2F %2e %5C é \t [ ] ; utm_x http: https://b.example".split(" "));
    const messy = fc.array(part, { maxLength: 14 }).map((parts) => `https://example.com${parts.join("")}`);
    fc.assert(
      fc.property(
        fc.oneof(
          messy,
          fc.ipV6().map((ip) => `http://[${ip}]:8080//a`),
        ),
        (href) => {
          const url = URL.parse(href);
          const normalised = normaliseUrl(href);
          fc.pre(url !== null && normalised !== null);
          const again = new URL(normalised ?? "");
          expect(again.origin).toBe(url?.origin);
          expect([again.username, again.password, again.hash]).toEqual(["", "", ""]);
          expect(decodeUnreserved(again.pathname)).toBe(decodeUnreserved(url?.pathname ?? ""));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("does not depend on where tracking parameters stand", () => {
    const tracking = fc.constantFrom("utm_source=x", "utm_medium=y", "gclid=1", "fbclid=2", "_ga=3", "mc_eid=4", "msclkid=5");
    const own = fc.constantFrom("a=1", "b", "b=2", "c=", "utm=1", "=x", "a=2");
    fc.assert(
      fc.property(fc.array(own, { maxLength: 5 }), fc.array(fc.tuple(tracking, fc.nat(5)), { maxLength: 5 }), (parameters, added) => {
        const crowded: string[] = [...parameters];
        for (const [parameter, at] of added) crowded.splice(at, 0, parameter);
        expect(normaliseUrl(`https://example.com/?${crowded.join("&")}`)).toBe(normaliseUrl(`https://example.com/?${parameters.join("&")}`));
      }),
      { numRuns: 500 },
    );
  });
});

/** All spellings of unreserved characters alike, unless a percent sign nearby stands for itself. */
function decodeUnreserved(path: string): string {
  return /%(?![0-9a-f]{2})/i.test(path)
    ? path.toUpperCase()
    : path.replace(/%[0-9a-f]{2}/gi, (octet) => {
        const character = String.fromCharCode(Number.parseInt(octet.slice(1), 16));
        return /[\w.~-]/.test(character) ? character : octet.toUpperCase();
      });
}

describe("a glob", () => {
  it("answers as trying every way does, in any spelling", () => {
    const literal = fc.constantFrom<Spelled>(
      { canonical: "a", others: ["%61"] },
      { canonical: "é", others: ["%C3%A9", "%c3%a9"] },
      { canonical: "🌿", others: ["%F0%9F%8C%BF"] },
      { canonical: "/", others: [] },
      { canonical: "%FF", others: ["%ff"] },
      { canonical: "%2F", others: ["%2f"] },
    );
    const wildcard = fc.constantFrom("*", "**", "?").map((text): Spelled => ({ canonical: text, others: [] }));
    const spell = (parts: readonly Spelled[], choose: (ways: number) => number) =>
      parts.map(({ canonical: first, others }) => [first, ...others][choose(others.length + 1)]).join("");
    fc.assert(
      fc.property(
        fc.array(fc.oneof(literal, wildcard), { maxLength: 7 }),
        fc.array(literal, { maxLength: 7 }),
        choices,
        fc.boolean(),
        (glob, path, chosen, isRooted) => {
          const choose = chooser(chosen);
          const written = `${isRooted ? "/" : ""}${spell(glob, choose)}`;
          // Stars in a row are one wildcard; without a slash or `**` at its start a glob begins at the root.
          const tokens = `/${glob.map((each) => each.canonical).join("")}`.slice(isRooted || !/^(\/|\*\*)/.test(written) ? 0 : 1);
          const whole = `/${path.map((each) => each.canonical).join("")}`;
          expect(compileGlobs([written])(`/${spell(path, choose)}`)).toBe(fits(tokens.match(/\*{2,}|./gsu) ?? [], Array.from(whole)));
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

function fits(glob: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = glob;
  const [character, ...remaining] = path;
  if (first === undefined) return character === undefined;
  const isWildcard = first === "?" || first.startsWith("*");
  if (first.startsWith("*") && fits(rest, path)) return true;
  if (character === undefined) return false;
  if (isWildcard && !first.startsWith("**") && character === "/") return false;
  if (!isWildcard && first !== character) return false;
  return fits(first.startsWith("*") ? glob : rest, remaining);
}
