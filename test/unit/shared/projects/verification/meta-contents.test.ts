import { describe, expect, it } from "vitest";
import { metaContents } from "../../../../../shared/projects/verification/meta-contents.ts";

const name = "mentha-verification";
const element = '<meta name="mentha-verification" content="token">';
const page = (head: string, body = "<h1>Hello</h1>"): string => `<!doctype html>\n<html lang="en">\n<head>\n${head}\n</head>\n<body>${body}</body></html>`;

describe("the element counts", () => {
  it.each([
    { where: "in a head", html: page(element) },
    { where: "in a head that no tag begins", html: `<!doctype html><title>Hello</title>${element}<p>Hello` },
    { where: "in capitals", html: page('<META CONTENT="token" NAME="Mentha-Verification">') },
    { where: "without quotes", html: page("<meta name=mentha-verification content=token>") },
    { where: "with spaces and a slash", html: page("<meta  name = \" mentha-verification \"\ncontent='  token ' />") },
    { where: "in the codes of its letters", html: page('<meta name="mentha-verification" content="&#116;oken">') },
    {
      where: "after scripts, styles and titles that look like a body",
      html: page(`<title><body></title><script>"</head><p>"</script><style>p{}</style>${element}`),
    },
    {
      where: "after a noscript with a picture, as counters of visits have it",
      html: page(`<noscript><img src="/x"><iframe></iframe>text</noscript>${element}`),
    },
    { where: "after a template", html: page(`<template><p>Hello</p></template>${element}`) },
    { where: "after a comment", html: page(`<!-- <body> -->${element}`) },
    { where: "after a byte order mark", html: `\ufeff${page(element)}` },
    { where: "far behind", html: page(`<style>${"p{}".repeat(100_000)}</style>${element}`) },
  ])("$where", ({ html }) => {
    expect(metaContents(html, name)).toEqual(["token"]);
  });

  it("each time it is there", () => {
    expect(metaContents(page(`${element}<meta name="description" content="x">${element.replace("token", "other")}<meta name="${name}">`), name)).toEqual([
      "token",
      "other",
      "",
    ]);
  });
});

describe("the element does not count", () => {
  it.each([
    { where: "in a body", html: page("", element) },
    { where: "after the head", html: `<head></head>${element}` },
    { where: "after an element that begins the body, though the source says head", html: page(`<div></div>${element}`) },
    { where: "after text that begins the body", html: `<head>Hello ${element}</head>` },
    { where: "after an end that begins the body", html: `<head></p>${element}</head>` },
    { where: "in a second head", html: `<html><head></head><body>Hello</body><head>${element}</head></html>` },
    { where: "in a comment", html: page(`<!-- ${element} -->`) },
    { where: "in a comment that does not end", html: page(`<!-- ${element}`) },
    { where: "in a title", html: page(`<title>${element}</title>`) },
    { where: "in a script", html: page(`<script>document.write('${element}')</script>`) },
    { where: "in a style", html: page(`<style>${element}</style>`) },
    { where: "in a noscript", html: page(`<noscript>${element}</noscript>`) },
    { where: "in a template", html: page(`<template><div></div>${element}</template>`) },
    { where: "in an attribute", html: page(`<meta name="description" content='${element}'>`) },
    { where: "as text", html: page(element.replaceAll("<", "&lt;")) },
    { where: "under another attribute", html: page(element.replace("name", "property")) },
    { where: "under another name", html: page(element.replace("mentha", "menta")) },
    { where: "before it ends", html: "<head><meta name=mentha-verification content=token" },
    { where: "in nothing", html: "" },
  ])("$where", ({ html }) => {
    expect(metaContents(html, name)).toEqual([]);
  });

  it("behind more open elements than a head has", () => {
    expect(metaContents(page(`${"<template>".repeat(50_000)}${"</template>".repeat(50_000)}${element}`), name)).toEqual([]);
    expect(metaContents(page(`${"<template>".repeat(50)}${"</template>".repeat(50)}${element}`), name)).toEqual(["token"]);
  });
});
