import { describe, expect, it } from "vitest";
import { isAssetPath, pathPrefix } from "../../../../../shared/audits/urls/index.ts";

describe("the section of an address", () => {
  it.each([
    ["https://example.com/", "/"],
    ["https://example.com", "/"],
    ["https://example.com/?page=2", "/"],
    ["https://example.com/about.html", "/"],
    ["https://example.com/index.php?id=4", "/"],
    ["https://example.com/blog", "/blog"],
    ["https://example.com/blog/", "/blog"],
    ["https://example.com/blog?page=2", "/blog"],
    ["https://example.com/blog/a", "/blog"],
    ["https://example.com/blog/a/b.html", "/blog"],
    ["https://example.com/v1.2/a", "/v1.2"],
    ["https://example.com//a", "/"],
    ["https://example.com/%C3%A9/a", "/%C3%A9"],
    ["not an address", "/"],
  ])("%s is %s", (url, prefix) => {
    expect(pathPrefix(url)).toBe(prefix);
  });
});

describe("an asset", () => {
  it.each([
    "/a.png",
    "/a.JPG",
    "/a.svg",
    "/a.webp",
    "/a.avif",
    "/favicon.ico",
    "/a.woff2",
    "/a.mp4",
    "/a.mp3",
    "/a.webm",
    "/a.zip",
    "/a.tar.gz",
    "/a.dmg",
    "/a.pdf",
    "/a.docx",
    "/a.xlsx",
    "/a.csv",
    "/a.css",
    "/a.js",
    "/a.mjs",
    "/a.json",
    "/a.xml",
    "/feed.rss",
    "/a.txt",
    "/a.wasm",
    "/a.css?v=3",
    "/b/.png",
    "/a.pdf#page=2",
  ])("is %s", (path) => {
    expect(isAssetPath(`https://example.com${path}`)).toBe(true);
  });

  it.each([
    "/",
    "/a",
    "/a/",
    "/a.html",
    "/a.htm",
    "/a.xhtml",
    "/a.php",
    "/a.aspx",
    "/a.jsp",
    "/a.md",
    "/png",
    "/a.png/",
    "/a.png/b",
    "/v1.2",
    "/a?file=b.png",
    "/example.com",
    "/a.",
    "/a.unknown",
  ])("is not %s", (path) => {
    expect(isAssetPath(`https://example.com${path}`)).toBe(false);
  });

  it("is nothing that has no path", () => {
    expect(isAssetPath("a.png")).toBe(false);
  });
});
