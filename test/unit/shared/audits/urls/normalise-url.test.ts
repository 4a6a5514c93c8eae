import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseUrl } from "../../../../../shared/audits/urls/index.ts";

describe("a normalised address", () => {
  it.each([
    { outcome: "has a path", href: "https://example.com", is: "https://example.com/" },
    { outcome: "has scheme and host in lower case", href: "HTTPS://EXAMPLE.com/A", is: "https://example.com/A" },
    { outcome: "has its host in ASCII", href: "https://münchen.example/", is: "https://xn--mnchen-3ya.example/" },
    { outcome: "has no default port", href: "https://example.com:443/a", is: "https://example.com/a" },
    { outcome: "has no default port over http either", href: "http://example.com:80/a", is: "http://example.com/a" },
    { outcome: "keeps any other port", href: "http://example.com:8080/a", is: "http://example.com:8080/a" },
    { outcome: "has no fragment", href: "https://example.com/a#b", is: "https://example.com/a" },
    { outcome: "has no credentials", href: "https://user:secret@example.com/a", is: "https://example.com/a" },
    { outcome: "has no dot segments", href: "https://example.com/a/./b/../c", is: "https://example.com/a/c" },
    { outcome: "has no escaped dot segments", href: "https://example.com/a/%2e%2E/c", is: "https://example.com/c" },
    { outcome: "has no white space around it", href: " \n https://example.com/a \t", is: "https://example.com/a" },
    { outcome: "has no line breaks inside", href: "https://example.com/a\nb", is: "https://example.com/ab" },
    { outcome: "has no backslashes in its path", href: "https:\\\\example.com\\a", is: "https://example.com/a" },
    { outcome: "keeps its trailing slash", href: "https://example.com/a/", is: "https://example.com/a/" },
    { outcome: "keeps double slashes", href: "https://example.com//a//b", is: "https://example.com//a//b" },
    { outcome: "keeps the case of its path", href: "https://example.com/A/b", is: "https://example.com/A/b" },
    { outcome: "has escapes in upper case", href: "https://example.com/%c3%a9?%c3%a9", is: "https://example.com/%C3%A9?%C3%A9" },
    { outcome: "has letters outside ASCII escaped", href: "https://example.com/é?ñ=ü", is: "https://example.com/%C3%A9?%C3%B1=%C3%BC" },
    { outcome: "has unreserved characters unescaped", href: "https://example.com/%7Euser/%41-b?%63=d", is: "https://example.com/~user/A-b?c=d" },
    { outcome: "keeps reserved characters escaped", href: "https://example.com/a%2Fb%3F?c=%26%3D", is: "https://example.com/a%2Fb%3F?c=%26%3D" },
    { outcome: "keeps an escaped percent sign", href: "https://example.com/%2541", is: "https://example.com/%2541" },
    { outcome: "decodes nothing beside a stray percent sign", href: "https://example.com/%%34%31", is: "https://example.com/%%34%31" },
    { outcome: "has no empty query", href: "https://example.com/a?", is: "https://example.com/a" },
    { outcome: "has its parameters by name", href: "https://example.com/?b=1&a=2&C=3", is: "https://example.com/?C=3&a=2&b=1" },
    { outcome: "keeps equal names in their order", href: "https://example.com/?b=2&a=9&b=1&a=0", is: "https://example.com/?a=9&a=0&b=2&b=1" },
    { outcome: "keeps bare names and empty values apart", href: "https://example.com/?b&a=", is: "https://example.com/?a=&b" },
    { outcome: "keeps spaces as they were written", href: "https://example.com/?a=b+c&d=e%20f", is: "https://example.com/?a=b+c&d=e%20f" },
    { outcome: "has no empty parameters", href: "https://example.com/?&a=1&&b=2&", is: "https://example.com/?a=1&b=2" },
    { outcome: "keeps question marks in its query", href: "https://example.com/?a=b?c", is: "https://example.com/?a=b?c" },
    { outcome: "has an IPv4 address in one spelling", href: "http://0x7f.1/", is: "http://127.0.0.1/" },
    { outcome: "may have an IPv6 host", href: "http://[::1]:8080/a", is: "http://[::1]:8080/a" },
  ])("$outcome", ({ href, is }) => {
    expect(normaliseUrl(href)).toBe(is);
  });

  it.each([
    "utm_source",
    "utm_medium",
    "UTM_Campaign",
    "utm%5Fterm",
    "utm_anything",
    "gclid",
    "dclid",
    "gbraid",
    "wbraid",
    "fbclid",
    "msclkid",
    "mc_cid",
    "mc_eid",
    "yclid",
    "_ga",
    "_gl",
    "igshid",
    "ttclid",
    "twclid",
    "srsltid",
    "mkt_tok",
    "_hsenc",
    "li_fat_id",
    "_gac",
    "gclsrc",
    "gad_source",
    "gad_campaignid",
    "igsh",
    "epik",
    "rdt_cid",
    "sccid",
    "ysclid",
    "_openstat",
    "_hsmi",
    "hsctatracking",
    "vero_id",
    "vero_conv",
    "oly_anon_id",
    "oly_enc_id",
    "_kx",
    "s_kwcid",
    "ef_id",
    "wickedid",
    "irclickid",
    "mtm_source",
    "pk_campaign",
    "pk_kwd",
  ])("has no %s", (name) => {
    expect(normaliseUrl(`https://example.com/a?x=1&${name}=abc&y=2`)).toBe("https://example.com/a?x=1&y=2");
    expect(normaliseUrl(`https://example.com/a?${name}`)).toBe("https://example.com/a");
  });

  it.each(["utm", "my_utm_source", "ga", "id", "page", "ref", "clid", "source"])("keeps %s, which may change the page", (name) => {
    expect(normaliseUrl(`https://example.com/a?${name}=1`)).toBe(`https://example.com/a?${name}=1`);
  });

  it.each([
    { href: "b", is: "https://example.com/a/b" },
    { href: "../b", is: "https://example.com/b" },
    { href: "/b", is: "https://example.com/b" },
    { href: "//cdn.example/b", is: "https://cdn.example/b" },
    { href: "?c=d", is: "https://example.com/a/?c=d" },
    { href: "#c", is: "https://example.com/a/" },
    { href: "", is: "https://example.com/a/" },
    { href: "http://other.example/", is: "http://other.example/" },
  ])("resolves «$href» against its page", ({ href, is }) => {
    expect(normaliseUrl(href, "https://example.com/a/")).toBe(is);
  });

  it.each([
    "",
    "a",
    "/a",
    "//example.com/a",
    "mailto:a@example.com",
    "tel:+1",
    "javascript:void(0)",
    "data:text/html,a",
    "ftp://example.com/",
    "file:///etc",
    "about:blank",
    "blob:https://example.com/1",
    "https://",
    "http://[::1",
    "http://a b/",
    "http://1.2.3.999/",
  ])("does not exist for «%s»", (href) => {
    expect(normaliseUrl(href)).toBeNull();
  });

  it("does not exist when its base is no address", () => {
    expect(normaliseUrl("/a", "not a base")).toBeNull();
  });

  it("is its own normalised address, whatever it was made of", () => {
    const part = fc.constantFrom(
      "a",
      "%",
      "2",
      "5",
      "e",
      "E",
      ".",
      "/",
      "?",
      "&",
      "=",
      "#",
      "+",
      " ",
      "%41",
      "%2e",
      "%c3",
      "é",
      "'",
      "\\",
      "utm_x=1",
      ";",
      "~",
      "|",
      "^",
      "[",
      "\ud800",
    );
    const messy = fc.array(part, { maxLength: 20 }).map((parts) => `https://Example.com/${parts.join("")}`);
    const any = fc.array(fc.nat(0x10ffff), { maxLength: 30 }).map((codes) => String.fromCodePoint(...codes));
    fc.assert(
      fc.property(
        fc.oneof(
          messy,
          any,
          any.map((text) => `https://example.com/${text}`),
        ),
        (href) => {
          const once = normaliseUrl(href);
          expect(once === null ? null : normaliseUrl(once)).toBe(once);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(0x10ffff), { maxLength: 60 }).map((codes) => String.fromCodePoint(...codes)),
        fc.string(),
        (href, base) => {
          expect(() => normaliseUrl(href, base)).not.toThrow();
        },
      ),
    );
  });
});
