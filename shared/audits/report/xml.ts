import { printable } from "../../platform/index.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

/** What is no character of XML 1.0 (section 2.2), not even as a reference: halves of surrogate pairs and U+FFFE, U+FFFF. `printable` takes the rest. */
const impossible = /[^\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A line of text for XML 1.0, between tags and in quoted attributes alike. */
export function xml(text: string): string {
  return printable(text)
    .replace(impossible, "\ufffd")
    .replace(/[&<>"']/g, (char) => entities[char] ?? char);
}
