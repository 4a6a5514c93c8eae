import { expect, it } from "vitest";
import { originOf } from "../../../../shared/projects/origin.ts";
import { isSameSite } from "../../../../shared/projects/verification/read-site.ts";

it.each([
  ["https://www.example.com", "https://www.example.com"],
  ["HTTPS://WWW.Example.COM.:443/shop?a=b#c", "https://www.example.com"],
  ["http://example.com:80/", "http://example.com"],
  ["http://example.com:443/", "http://example.com:443"],
  ["https://example.com:8443", "https://example.com:8443"],
  ["https://bücher.example/", "https://xn--bcher-kva.example"],
  ["http://[2001:DB8::0:1]:8080/", "http://[2001:db8::1]:8080"],
  ["http://0x7f.1/", "http://127.0.0.1"],
  ["ftp://example.com/", null],
  ["example.com", null],
  ["", null],
])("the origin of %j is %j", (address, origin) => {
  expect(originOf(address)).toBe(origin);
});

it.each([
  { from: "https://example.com/a", to: "https://example.com/b", isSame: true },
  { from: "http://example.com/a", to: "http://example.com/b", isSame: true },
  { from: "http://example.com:8080/a", to: "http://example.com:8080/b", isSame: true },
  { from: "http://example.com/a", to: "https://example.com/a", isSame: true },
  { from: "http://example.com/", to: "https://example.com./", isSame: true },
  { from: "https://example.com/a", to: "http://example.com/a", isSame: false },
  { from: "https://example.com/", to: "https://www.example.com/", isSame: false },
  { from: "http://example.com/", to: "https://www.example.com/", isSame: false },
  { from: "https://example.com/", to: "https://example.com.evil.test/", isSame: false },
  { from: "https://example.com/", to: "https://example.com:8443/", isSame: false },
  { from: "http://example.com/", to: "https://example.com:8443/", isSame: false },
  { from: "http://example.com:8080/", to: "https://example.com/", isSame: false },
  { from: "http://example.com/", to: "ftp://example.com/", isSame: false },
])("a redirect from $from to $to stays with whoever answers there: $isSame", ({ from, to, isSame }) => {
  expect(isSameSite(new URL(from), new URL(to))).toBe(isSame);
});
