import { describe, expect, it } from "vitest";
import { limits } from "../../../../../shared/audits/facts/page-facts.ts";
import { read } from "./reading.ts";

describe("images", () => {
  it.each([
    { html: `<img src=" a.png " alt="">`, image: { src: "a.png", alt: "", hasDimensions: false, isHidden: false } },
    { html: `<IMG SRC=a.png WIDTH=1 HEIGHT=2>`, image: { src: "a.png", hasDimensions: true, isHidden: false } },
    { html: `<img src=a.png width=1 height="" alt=" a\n b ">`, image: { src: "a.png", alt: "a b", hasDimensions: false, isHidden: false } },
    { html: "<img src=a.png aria-hidden=true>", image: { src: "a.png", hasDimensions: false, isHidden: true } },
    { html: "<img src=a.png role=Presentation>", image: { src: "a.png", hasDimensions: false, isHidden: true } },
    { html: "<img src=a.png role=none aria-hidden=false>", image: { src: "a.png", hasDimensions: false, isHidden: true } },
    { html: "<img src=a.png role=img aria-hidden=false>", image: { src: "a.png", hasDimensions: false, isHidden: false } },
    { html: `<img src=a.png width=1 height=" 1px ">`, image: { src: "a.png", hasDimensions: true, isHidden: true } },
    { html: "<img src=a.png width=0 height=0>", image: { src: "a.png", hasDimensions: true, isHidden: true } },
    { html: "<img src=a.png width=1 height=10>", image: { src: "a.png", hasDimensions: true, isHidden: false } },
    { html: "<img data-src=lazy.png alt=x>", image: { src: "", alt: "x", hasDimensions: false, isHidden: false } },
    { html: "<image src=a.png>", image: { src: "a.png", hasDimensions: false, isHidden: false } },
    { html: "<picture><source srcset=b.webp><img src=a.png alt=x></picture>", image: { src: "a.png", alt: "x", hasDimensions: false, isHidden: false } },
  ])("$html", ({ html, image }) => {
    expect(read(html)).toMatchObject({ images: [image], imageTotal: 1 });
    expect(read(html).images).toEqual([image]);
  });

  it("say little of a data address", () => {
    const [image] = read(`<img src="data:image/png;base64,${"A".repeat(1_000_000)}">`).images;
    expect(image?.src).toHaveLength(64);
    expect(image?.src).toMatch(/^data:image\/png;base64,A+$/);
  });

  it("of noscript and drawings do not count", () => {
    expect(read("<noscript><img src=a></noscript><svg><image href=a></image></svg>")).toMatchObject({ images: [], imageTotal: 0 });
  });

  it("are cut, and counted beyond the cut", () => {
    const { images, imageTotal } = read("<img>".repeat(limits.images + 5));
    expect([images.length, imageTotal]).toEqual([limits.images, limits.images + 5]);
  });
});

describe("mixed content", () => {
  const from = "http://cdn.example/x";

  it.each([
    `<img src="${from}">`,
    `<img srcset="https://cdn.example/y 1x, ${from} 2x">`,
    `<img srcset="${from}, https://cdn.example/y 2x">`,
    `<picture><source srcset="${from}"></picture>`,
    `<script src="${from}"></script>`,
    `<link rel=stylesheet href=" ${from} ">`,
    `<link rel="shortcut icon" href="${from}">`,
    `<iframe src="${from}"></iframe>`,
    `<audio src="${from}"></audio>`,
    `<video src="${from}"></video>`,
    `<video poster="${from}"></video>`,
    `<video><source src="${from}"><track src="${from}"></video>`,
    `<object data="${from}"></object>`,
    `<embed src="${from}">`,
    `<input type=image src="${from}">`,
  ])("is %s on a secure page", (html) => {
    expect(read(html).mixedContent).toEqual([from]);
    expect(read(html, { url: "http://shop.example/" }).mixedContent).toEqual([]);
  });

  it.each([
    `<a href="${from}">x</a>`,
    `<form action="${from}"></form>`,
    `<link rel=canonical href="${from}">`,
    `<link rel=alternate href="${from}">`,
    `<img src="https://cdn.example/x">`,
    `<img src="//cdn.example/x">`,
    `<img src="x?from=${from}">`,
    `<img alt="${from}">`,
    `<script type="text/template" src="${from}"></script>`,
    `<input type=text src="${from}">`,
    `<noscript><img src="${from}"></noscript>`,
    `<img src="http://localhost:3000/x"><img src="http://127.0.0.1/x"><img src="http://[::1]/x"><img src="http://a.localhost/x">`,
  ])("is not %s", (html) => {
    expect(read(html).mixedContent).toEqual([]);
  });

  it("is not hidden by a name that only looks local", () => {
    expect(read(`<img src="http://localhost.example/x"><img src="http://127.example/x">`).mixedContent).toHaveLength(2);
  });

  it("lists each address once and is cut at 100", () => {
    expect(read(`<img src="${from}">`.repeat(5)).mixedContent).toEqual([from]);
    expect(read(Array.from({ length: 150 }, (_, n) => `<img src="${from}${n}">`).join("")).mixedContent).toHaveLength(limits.mixedContent);
  });
});

describe("scripts", () => {
  it.each([
    { html: "<head><script src=a.js></script>", script: { src: "a.js", isBlocking: true } },
    { html: `<head><script src=a.js type="text/javascript"></script>`, script: { src: "a.js", isBlocking: true } },
    { html: "<head><script src=a.js async></script>", script: { src: "a.js", isBlocking: false } },
    { html: "<head><script src=a.js defer></script>", script: { src: "a.js", isBlocking: false } },
    { html: "<head><script src=a.js type=module></script>", script: { src: "a.js", isBlocking: false } },
    { html: "<head><script src=a.js nomodule></script>", script: { src: "a.js", isBlocking: false } },
    { html: "<head><script>1</script>", script: { src: null, isBlocking: false } },
    { html: "<head><script src=''></script>", script: { src: "", isBlocking: false } },
    { html: "<body><script src=a.js></script>", script: { src: "a.js", isBlocking: false } },
    { html: "<p>x<script src=a.js></script>", script: { src: "a.js", isBlocking: false } },
  ])("$html", ({ html, script }) => {
    expect(read(html).scripts).toEqual([script]);
  });

  it("are not data blocks", () => {
    expect(read(`<script type="application/ld+json">{}</script><script type=text/template src=x></script><script type=importmap></script>`).scripts).toEqual(
      [],
    );
  });
});

describe("structured data", () => {
  it("is kept as written", () => {
    const html = `<script type="Application/LD+JSON; charset=utf-8">{"a": "<b>&amp;</b>"}\n</script><body><script type=application/ld+json>[</script>`;
    expect(read(html).jsonLd).toEqual([`{"a": "<b>&amp;</b>"}\n`, "["]);
  });

  it("is not another kind of script", () => {
    expect(read("<script>{}</script><script type=application/json>{}</script>").jsonLd).toEqual([]);
  });

  it("is cut in length and number", () => {
    expect(read(`<script type=application/ld+json>${"x".repeat(60_000)}</script>`).jsonLd).toEqual(["x".repeat(limits.jsonLdCharacters)]);
    expect(read("<script type=application/ld+json>{}</script>".repeat(30)).jsonLd).toHaveLength(limits.jsonLd);
  });
});

describe("forms", () => {
  it.each([
    { html: "<form></form>", form: { action: null, method: "get", hasPassword: false } },
    { html: "<form action=' /go ' method=POST><input type=text></form><input type=password>", form: { action: "/go", method: "post", hasPassword: false } },
    { html: "<form method=nonsense><p><input type=Password></form>", form: { action: null, method: "get", hasPassword: true } },
    { html: "<form action=a><form action=b><input type=password></form>", form: { action: "a", method: "get", hasPassword: true } },
  ])("$html", ({ html, form }) => {
    expect(read(html).forms).toEqual([form]);
  });

  it("are cut at 50", () => {
    expect(read("<form></form>".repeat(60)).forms).toHaveLength(limits.forms);
  });
});
