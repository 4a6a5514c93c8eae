import fc from "fast-check";
import { expect, it } from "vitest";
import { AddressResolver } from "../../../../../shared/audits/facts/html/address-resolver.ts";
import { normaliseUrl } from "../../../../../shared/audits/urls/index.ts";

const bases = [
  "https://shop.example/",
  "https://shop.example/en/page?q=1",
  "http://shop.example:8080/en/",
  "https://shop.example/a%7eb/%E4%BD%A0/page",
  "https://shop.example//double//slash",
  "mailto:someone@shop.example",
  "not an address",
];
const segment = fc.oneof(
  fc.constantFrom("", ".", "..", "...", "a", "B.html", ".hidden", "x.", "~me", "a_b-c", "%7e", "é", "a:b", "?q=1", " a"),
  fc.string({ maxLength: 6 }),
);
const address = fc
  .tuple(fc.constantFrom("", "/", "//", "./", "../"), fc.array(segment, { maxLength: 5 }))
  .map(([start, segments]) => start + segments.join("/"));

it("resolves every address as parsing it would", () => {
  fc.assert(
    fc.property(fc.constantFrom(...bases), address, (base, href) => {
      const withoutFragment = (href.split("#")[0] ?? "").trim();
      expect(new AddressResolver(base, normaliseUrl).resolve(href)).toBe(normaliseUrl(withoutFragment, base));
    }),
    { numRuns: 5_000 },
  );
});
