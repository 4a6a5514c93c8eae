import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createScope } from "../../../../../shared/audits/urls/index.ts";

const everything = { include: [], exclude: [] };

describe("a site", () => {
  it.each([
    { startUrl: "https://example.com/", url: "https://example.com/a", within: true },
    { startUrl: "https://example.com/", url: "http://example.com/a", within: true },
    { startUrl: "https://example.com/", url: "https://www.example.com/a", within: true },
    { startUrl: "https://www.example.com/", url: "http://example.com/a", within: true },
    { startUrl: "https://EXAMPLE.com/", url: "https://example.COM:443/a", within: true },
    { startUrl: "https://example.com/", url: "https://user@example.com/a", within: true },
    { startUrl: "https://blog.example.com/", url: "https://www.blog.example.com/", within: true },
    { startUrl: "https://example.com:8443/", url: "http://example.com:8443/", within: true },
    { startUrl: "https://example.com/", url: "https://blog.example.com/", within: false },
    { startUrl: "https://blog.example.com/", url: "https://example.com/", within: false },
    { startUrl: "https://example.com/", url: "https://example.com:8443/", within: false },
    { startUrl: "https://example.com:8443/", url: "https://example.com/", within: false },
    { startUrl: "https://example.com/", url: "https://example.com.evil.example/", within: false },
    { startUrl: "https://example.com/", url: "https://notexample.com/", within: false },
    { startUrl: "https://example.com/", url: "https://evil.example/https://example.com/", within: false },
    { startUrl: "https://example.com/", url: "https://example.com@evil.example/", within: false },
    { startUrl: "https://example.com/", url: "ftp://example.com/", within: false },
    { startUrl: "https://example.com/", url: "mailto:a@example.com", within: false },
    { startUrl: "https://example.com/", url: "/a", within: false },
    { startUrl: "http://127.0.0.1:8099/", url: "http://127.0.0.1:8099/a", within: true },
    { startUrl: "http://127.0.0.1:8099/", url: "http://localhost:8099/a", within: false },
    { startUrl: "http://127.0.0.1:8099/", url: "http://127.0.0.1:8100/a", within: false },
    { startUrl: "http://localhost:8099/", url: "http://www.localhost:8099/", within: false },
    { startUrl: "http://[::1]:8099/", url: "http://[::1]:8099/a", within: true },
    { startUrl: "https://www.com/", url: "https://com/", within: false },
    { startUrl: "https://abc.www.example.com/", url: "https://xyz.www.example.com/", within: false },
  ])("of $startUrl holds $url: $within", ({ startUrl, url, within }) => {
    const scope = createScope({ startUrl, ...everything });
    expect(scope.contains(url)).toBe(within);
    expect(scope.admits(url)).toBe(within);
  });

  it("of no address holds nothing", () => {
    expect(createScope({ startUrl: "nowhere", ...everything }).contains("nowhere")).toBe(false);
  });
});

describe("a glob", () => {
  it.each([
    { glob: "/blog/*", matches: ["/blog/", "/blog/a", "/blog/a.html"], misses: ["/blog", "/blog/a/b", "/blogs/a", "/x/blog/a"] },
    { glob: "/blog/**", matches: ["/blog/", "/blog/a", "/blog/a/b/"], misses: ["/blog", "/blogs"] },
    { glob: "/blog**", matches: ["/blog", "/blog/a/b", "/blogs"], misses: ["/a/blog"] },
    { glob: "/blog", matches: ["/blog"], misses: ["/blog/", "/blog/a", "/Blog"] },
    { glob: "blog/*", matches: ["/blog/a"], misses: ["/a/blog/a"] },
    { glob: "*.html", matches: ["/a.html", "/.html"], misses: ["/a/b.html", "/a.htm"] },
    { glob: "**.html", matches: ["/a.html", "/a/b.html"], misses: ["/a.html/"] },
    { glob: "**/private/**", matches: ["/private/", "/a/b/private/c/d"], misses: ["/private", "/a/privates/b"] },
    { glob: "/*/edit", matches: ["/a/edit", "//edit"], misses: ["/a/b/edit", "/edit"] },
    { glob: "/a/**/z", matches: ["/a/b/z", "/a/b/c/z", "/a//z"], misses: ["/a/z", "/a/b/z/y"] },
    { glob: "/page-?", matches: ["/page-1", "/page-x"], misses: ["/page-", "/page-10", "/page-/"] },
    { glob: "/?/*", matches: ["/a/", "/a/b"], misses: ["/ab/c", "/a"] },
    { glob: "**", matches: ["/", "/a/b"], misses: [] },
    { glob: "*", matches: ["/", "/a"], misses: ["/a/", "/a/b"] },
    { glob: "/***", matches: ["/", "/a/b"], misses: [] },
    { glob: "/a.b+c(d)[e]", matches: ["/a.b+c(d)[e]"], misses: ["/axb+c(d)[e]", "/a.bbc(d)e"] },
    { glob: "/café/*", matches: ["/caf%C3%A9/a", "/café/a", "/caf%c3%a9/a"], misses: ["/cafe/a"] },
    { glob: "/caf?", matches: ["/caf%C3%A9", "/café", "/cafe"], misses: ["/caf", "/caf%C3%A9s", "/caf/"] },
    { glob: "/?", matches: ["/%F0%9F%8C%BF", "/漢", "/a"], misses: ["/%FF", "/%2F", "/%C3"] },
    { glob: "/caf%c3%a9", matches: ["/café"], misses: ["/cafe"] },
    { glob: "/a b", matches: ["/a%20b"], misses: ["/a+b"] },
    { glob: "/~user", matches: ["/%7Euser"], misses: ["/user"] },
  ])("$glob matches $matches, not $misses", ({ glob, matches, misses }) => {
    const scope = createScope({ startUrl: "https://example.com/start-here", include: [glob], exclude: [] });
    for (const path of matches) expect.soft(scope.admits(`https://example.com${path}`), path).toBe(true);
    for (const path of misses) expect.soft(scope.admits(`https://example.com${path}`), path).toBe(false);
  });

  it("agrees with a regular expression on every short glob and path", () => {
    const glob = fc.array(fc.constantFrom("a", "b", "/", "*", "**", "?"), { maxLength: 7 }).map((parts) => `/${parts.join("")}`);
    const path = fc.array(fc.constantFrom("a", "b", "c", "/"), { maxLength: 10 }).map((parts) => `/${parts.join("")}`);
    fc.assert(
      fc.property(glob, path, (written, asked) => {
        const source = written.replace(/\*{2,}|[*?]/g, (wildcard) => (wildcard === "*" ? "[^/]*" : wildcard === "?" ? "[^/]" : ".*"));
        const scope = createScope({ startUrl: "https://example.com/start-here", include: [written], exclude: [] });
        expect(scope.admits(`https://example.com${asked}`)).toBe(new RegExp(`^${source}$`).test(asked));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["*a".repeat(250), "**a".repeat(166), "*".repeat(500), "?*".repeat(250), `${"**/".repeat(160)}x`])(
    "of 500 characters (%.12s…) answers in time",
    (glob) => {
      const scope = createScope({ startUrl: "https://example.com/", include: [glob], exclude: [] });
      expect(scope.admits(`https://example.com/${"a".repeat(2_000)}/${"/".repeat(500)}!`)).toBe(/^\*+$/.test(glob));
    },
  );
});

describe("include and exclude", () => {
  const scope = createScope({ startUrl: "https://example.com/start?b=1&a=2", include: ["/docs/**", "/blog/**"], exclude: ["/docs/old/**", "/start"] });

  it.each([
    { outcome: "admit what is included", url: "https://example.com/docs/a", admitted: true },
    { outcome: "admit it over http and www too", url: "http://www.example.com/blog/a?page=2", admitted: true },
    { outcome: "refuse what is not included", url: "https://example.com/shop", admitted: false },
    { outcome: "refuse what is included and excluded", url: "https://example.com/docs/old/a", admitted: false },
    { outcome: "refuse another host", url: "https://other.example/docs/a", admitted: false },
    { outcome: "admit the start page all the same", url: "https://example.com/start?b=1&a=2", admitted: true },
    { outcome: "admit the start page in another spelling", url: "https://example.com:443/start?a=2&b=1&utm_source=x#top", admitted: true },
    { outcome: "refuse the start page with another query", url: "https://example.com/start?page=2", admitted: false },
  ])("$outcome", ({ url, admitted }) => {
    expect(scope.admits(url)).toBe(admitted);
  });

  it("leave what belongs to the site alone", () => {
    expect(scope.contains("https://example.com/shop")).toBe(true);
  });
});
