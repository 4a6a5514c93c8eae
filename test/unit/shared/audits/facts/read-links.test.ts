import { describe, expect, it } from "vitest";
import { limits } from "../../../../../shared/audits/facts/page-facts.ts";
import { read } from "./reading.ts";

const linkOf = (html: string) => read(html).links[0];

describe("links", () => {
  it.each([
    { href: "/a", url: "https://shop.example/a", isInternal: true },
    { href: "?q=1#part", url: "https://shop.example/en/page?q=1", isInternal: true },
    { href: " #top ", url: "https://shop.example/en/page", isInternal: true },
    { href: "", url: "https://shop.example/en/page", isInternal: true },
    { href: "//other.example/x", url: "https://other.example/x", isInternal: false },
    { href: "https://other.example/?a=1&amp;b=2", url: "https://other.example/?a=1&b=2", isInternal: false },
    { href: "mailto:a@shop.example", url: null, isInternal: false },
    { href: "javascript:void(0)", url: null, isInternal: false },
    { href: "http://", url: null, isInternal: false },
    { href: `/${"x".repeat(limits.urlCharacters)}`, url: null, isInternal: false },
  ])("of $href lead to $url", ({ href, url, isInternal }) => {
    expect(linkOf(`<a href="${href}">x</a>`)).toMatchObject({ url, isInternal });
  });

  it("keep the address as written, trimmed", () => {
    expect(linkOf(`<a href="\n a/../b ">x</a>`)).toMatchObject({ href: "a/../b", url: "https://shop.example/en/b" });
  });

  it.each([
    { outcome: "its text on one line", html: "<a href=x> a\n <b>b</b>&amp;c </a>", text: "a b&c" },
    { outcome: "words apart that stand on two lines", html: "<a href=x>one<br>two<div>three</div></a>", text: "one two three" },
    { outcome: "text beside the alternative text of an image", html: `<a href=x><img alt="logo">Home</a>`, text: "logo Home" },
    { outcome: "its label when it shows nothing", html: `<a href=x aria-label="Close" title="T"><svg></svg></a>`, text: "Close" },
    { outcome: "its title as a last resort", html: `<a href=x title=" T "><img src=x></a>`, text: "T" },
    { outcome: "nothing", html: "<a href=x><img src=x alt=''></a>", text: "" },
    { outcome: "text up to the next link when nobody closed it", html: "<a href=x>one <a href=y>two</a>", text: "one" },
    { outcome: "text up to the end of the page", html: "<a href=x>one", text: "one" },
    { outcome: "no text of scripts and styles", html: "<a href=x>a<script>b</script><style>c</style></a>", text: "a" },
    { outcome: "the alternative text of an image map", html: "<map><area href=x alt=' North\n pole '></map>", text: "North pole" },
  ])("say $outcome", ({ html, text }) => {
    expect(linkOf(html)?.text).toBe(text);
  });

  it("have lower-case rel tokens", () => {
    expect(linkOf(`<a href=x rel=" NoFollow  ugc">x</a>`)?.rel).toEqual(["nofollow", "ugc"]);
    expect(linkOf("<a href=x>x</a>")?.rel).toEqual([]);
  });

  it.each([
    { html: "<a>x</a>", href: null, hasHandler: false },
    { html: "<a name=top>x</a>", href: null, hasHandler: true },
    { html: "<a id=top></a>", href: null, hasHandler: true },
    { html: "<a id=top href=/x>x</a>", href: "/x", hasHandler: false },
    { html: "<a OnClick='go()'>x</a>", href: null, hasHandler: true },
    { html: "<a role=button>x</a>", href: null, hasHandler: true },
    { html: "<a role=''>x</a>", href: null, hasHandler: false },
    { html: "<a href='javascript:go()' onmousedown=x>x</a>", href: "javascript:go()", hasHandler: true },
  ])("of $html have a handler: $hasHandler", ({ html, href, hasHandler }) => {
    expect(linkOf(html)).toMatchObject({ href, hasHandler });
  });

  it.each([
    { html: `<a onclick="location.href='tea'">x</a>`, navigates: true },
    { html: `<a onclick="goto('https://shop.example/')">x</a>`, navigates: true },
    { html: `<a onclick="load('/tea')">x</a>`, navigates: true },
    { html: `<a onclick="show('tea.php?id=1')">x</a>`, navigates: true },
    { html: `<a href="javascript:;" onclick="window.open(this.rel)">x</a>`, navigates: true },
    { html: `<a href="JavaScript:__doPostBack('grid','Page$2')">x</a>`, navigates: true },
    { html: `<a href="javascript:void(0)" onclick="toggle_div('menu')">x</a>`, navigates: false },
    { html: `<a href="javascript:toggleNavigation()">x</a>`, navigates: false },
    { html: `<a onclick="goToSlide()">x</a>`, navigates: false },
    { html: `<a onclick="history.go(-1)">x</a>`, navigates: false },
    { html: `<a onclick="$('#tea').html('')">x</a>`, navigates: false },
    { html: `<a onclick="location.reload()">x</a>`, navigates: false },
    { html: `<a href="/location.href">x</a>`, navigates: false },
    { html: `<a href="/tea" onclick="window.open(this.href); return false">x</a>`, navigates: false },
    { html: "<a>x</a>", navigates: false },
  ])("of $html lead elsewhere by a script: $navigates", ({ html, navigates }) => {
    expect(linkOf(html)?.navigates).toBe(navigates);
  });

  it("of a drawing count", () => {
    expect(linkOf("<svg><a xlink:href=/x><text>x</text></a></svg>")).toMatchObject({ href: "/x", text: "x" });
  });

  it("of templates, noscript, comments, text areas and areas without an address do not count", () => {
    const link = "<a href=x>x</a>";
    expect(read(`<template>${link}</template><noscript>${link}</noscript><!--${link}--><textarea>${link}</textarea><area>`)).toMatchObject({
      links: [],
      linkTotal: 0,
    });
  });

  it("of nested templates end with the outermost, and shadow roots are shown", () => {
    expect(read("<template><template></template><a href=a>a</a></template><a href=b>b</a>").links.map(({ href }) => href)).toEqual(["b"]);
    expect(read("<template shadowrootmode=open><a href=a>a</a></template>").links).toHaveLength(1);
  });

  it("are cut, and counted beyond the cut", () => {
    const { links, linkTotal } = read("<a href=x>x</a>".repeat(limits.links + 5));
    expect([links.length, linkTotal]).toEqual([limits.links, limits.links + 5]);
  });
});

describe("headings", () => {
  it.each([
    { outcome: "have a level and text on one line", html: "<h1>A <em>b</em>\n c</h1><h3></h3>", headings: ["1 A b c", "3 "] },
    { outcome: "say the alternative text of their images", html: "<h1><img alt=Logo></h1>", headings: ["1 Logo"] },
    { outcome: "end at the next heading", html: "<h1>A<h2>B</h2>", headings: ["1 A", "2 B"] },
    { outcome: "end with any heading's end tag, as in browsers", html: "<h1>A</h2>b", headings: ["1 A"] },
    { outcome: "end with what they stand in", html: "<div><h1>A</div><p>text", headings: ["1 A"] },
    { outcome: "may hold blocks of their own", html: "<h1><div>A</div> B</h1>", headings: ["1 A B"] },
    { outcome: "end with the page", html: "<h1>A", headings: ["1 A"] },
    { outcome: "do not exist in noscript", html: "<noscript><h1>A</h1></noscript><h7>x</h7>", headings: [] },
  ])("$outcome", ({ html, headings }) => {
    expect(read(html).headings.map(({ level, text }) => `${level} ${text}`)).toEqual(headings);
  });

  it("are cut at 500 each", () => {
    const [heading, ...others] = read(`<h1>${"x".repeat(600)}</h1>${"<h2>y</h2>".repeat(600)}`).headings;
    expect([heading?.text.length, others.length]).toEqual([500, 499]);
  });
});
