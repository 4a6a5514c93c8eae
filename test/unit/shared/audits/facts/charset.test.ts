import { describe, expect, it } from "vitest";
import { charsetOf, createHtmlDecoder } from "../../../../../shared/audits/facts/charset.ts";

const ascii = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];

function decode(bytes: readonly number[], contentType = "text/html", chunkBytes = bytes.length || 1): string {
  const decoder = createHtmlDecoder(contentType);
  let text = "";
  for (let at = 0; at < bytes.length; at += chunkBytes) text += decoder.write(Uint8Array.from(bytes.slice(at, at + chunkBytes)));
  return text + decoder.end();
}

describe("the encoding of a content type", () => {
  it.each([
    { contentType: "text/html", charset: null },
    { contentType: "text/html; charset=", charset: null },
    { contentType: "text/html;charset=UTF-8", charset: "utf-8" },
    { contentType: `text/html; x=y; Charset = "iso-8859-1"; z`, charset: "iso-8859-1" },
    { contentType: "text/html; charset='koi8-r'", charset: "koi8-r" },
  ])("$contentType is $charset", ({ contentType, charset }) => {
    expect(charsetOf(contentType)).toBe(charset);
  });
});

describe("a document", () => {
  const cafe = [...ascii("caf"), 0xe9];
  const far = ascii(" ".repeat(1_020));

  it.each([
    { outcome: "believes a mark before the header", bytes: [0xef, 0xbb, 0xbf, ...utf8("é")], contentType: "text/html; charset=latin1", text: "\ufeffé" },
    { outcome: "knows the mark of UTF-16, little end first", bytes: [0xff, 0xfe, 0xe9, 0, 0x41, 0], contentType: "text/html", text: "\ufefféA" },
    { outcome: "knows the mark of UTF-16, big end first", bytes: [0xfe, 0xff, 0, 0xe9, 0, 0x41], contentType: "text/html", text: "\ufefféA" },
    {
      outcome: "believes the header before a meta",
      bytes: [...ascii("<meta charset=utf-8>"), 0xe9],
      contentType: "text/html; charset=iso-8859-1",
      text: "<meta charset=utf-8>é",
    },
    { outcome: "believes a meta", bytes: [...ascii("<meta charset='windows-1251'>"), 0xff], contentType: "text/html", text: "<meta charset='windows-1251'>я" },
    {
      outcome: "believes the long meta",
      bytes: [...ascii(`<META content="text/html; charset=koi8-r" http-equiv="Content-Type">`), 0xd1],
      contentType: "",
      text: `<META content="text/html; charset=koi8-r" http-equiv="Content-Type">я`,
    },
    {
      outcome: "believes an XML declaration",
      bytes: [...ascii(`<?xml version="1.0" encoding="ISO-8859-2"?>`), 0xb3],
      contentType: "",
      text: `<?xml version="1.0" encoding="ISO-8859-2"?>ł`,
    },
    {
      outcome: "ignores a meta in a comment",
      bytes: [...ascii("<!-- <meta charset=koi8-r> -->"), ...utf8("é")],
      contentType: "",
      text: "<!-- <meta charset=koi8-r> -->é",
    },
    {
      outcome: "ignores a meta of another kind",
      bytes: [...ascii(`<meta name=a content="charset=koi8-r">`), ...utf8("é")],
      contentType: "",
      text: `<meta name=a content="charset=koi8-r">é`,
    },
    {
      outcome: "ignores a meta behind the first 1024 bytes",
      bytes: [...far, ...ascii("<meta charset=koi8-r>"), ...utf8("é")],
      contentType: "",
      text: `${" ".repeat(1_020)}<meta charset=koi8-r>é`,
    },
    {
      outcome: "does not believe a meta that says UTF-16",
      bytes: [...ascii("<meta charset=utf-16>"), ...utf8("é")],
      contentType: "",
      text: "<meta charset=utf-16>é",
    },
    { outcome: "ignores a header that names no encoding", bytes: utf8("é"), contentType: "text/html; charset=klingon", text: "é" },
    {
      outcome: "ignores a meta that names no encoding",
      bytes: [...ascii("<meta charset=klingon>"), ...cafe],
      contentType: "",
      text: "<meta charset=klingon>café",
    },
    { outcome: "is UTF-8 when it looks like it", bytes: utf8("日本 é"), contentType: "", text: "日本 é" },
    { outcome: "is windows-1252 when it cannot be UTF-8", bytes: [...cafe, 0x80], contentType: "", text: "café€" },
    { outcome: "ends in the middle of a character", bytes: [...utf8("é"), 0xc3], contentType: "text/html; charset=utf-8", text: "é\ufffd" },
    { outcome: "may be broken", bytes: [0x41, 0xff, 0xfe, 0x42], contentType: "text/html; charset=utf-8", text: "A\ufffd\ufffdB" },
    { outcome: "may be empty", bytes: [], contentType: "", text: "" },
    {
      outcome: "is UTF-8 when a character lies across the first 1024 bytes",
      bytes: [...utf8("é"), ...ascii("x".repeat(1_021)), ...utf8("éé")],
      contentType: "",
      text: `é${"x".repeat(1_021)}éé`,
    },
  ])("$outcome", ({ bytes, contentType, text }) => {
    expect(decode(bytes, contentType)).toBe(text);
    expect(decode(bytes, contentType, 1)).toBe(text);
    expect(decode(bytes, contentType, 7)).toBe(text);
  });
});
