import { expect, it } from "vitest";
import { createHtmlDecoder } from "../../../../../shared/audits/facts/charset.ts";

function decode(bytes: readonly number[], contentType: string): string {
  const decoder = createHtmlDecoder(contentType);
  return bytes.map((byte) => decoder.write(Uint8Array.of(byte))).join("") + decoder.end();
}

// The runtime brings its own decoders: it is asked for each kind that the web still uses.
it.each([
  { contentType: "text/html", bytes: [0xef, 0xbb, 0xbf, 0xc3, 0xa9], text: "\ufeffé" },
  { contentType: "text/html", bytes: [0xff, 0xfe, 0xe9, 0], text: "\ufeffé" },
  { contentType: "text/html", bytes: [0xfe, 0xff, 0, 0xe9], text: "\ufeffé" },
  { contentType: "text/html", bytes: [0xc3, 0xa9, 0xc3], text: "Ã©Ã" },
  { contentType: "text/html; charset=utf-8", bytes: [0xc3, 0xa9, 0xff, 0xc3], text: "é\ufffd\ufffd" },
  { contentType: "text/html; charset=latin1", bytes: [0xe9, 0x80], text: "é€" },
  { contentType: "text/html; charset=koi8-r", bytes: [0xd1], text: "я" },
  { contentType: "text/html; charset=windows-1251", bytes: [0xff], text: "я" },
  { contentType: "text/html; charset=shift_jis", bytes: [0x93, 0xfa], text: "日" },
  { contentType: "text/html; charset=euc-kr", bytes: [0xc7, 0xd1], text: "한" },
  { contentType: "text/html; charset=gb18030", bytes: [0xba, 0xba], text: "汉" },
  { contentType: "text/html; charset=big5", bytes: [0xba, 0x7e], text: "漢" },
  { contentType: "text/html; charset=klingon", bytes: [0x41], text: "A" },
])("the runtime decodes $bytes under $contentType", ({ contentType, bytes, text }) => {
  expect(decode(bytes, contentType)).toBe(text);
});
