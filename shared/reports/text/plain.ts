import { printable } from "../../platform/index.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What shows nothing and only hides; joiners stay, which scripts and emoji need. */
const hidden = /[\u00ad\u180e\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]+/gu;
/** More accents on one letter than any script writes run over the lines above and below. */
const piledUp = /(\p{M}{4})\p{M}+/gu;

/** What others called something, or an address, on one line of at most `most` characters as a reader counts them; cut with `…`. */
export function plain(text: string, most: number): string {
  // What is far beyond the cut need not be looked at: one character that is read can be many that are written, but these are rare.
  const line = printable(text.slice(0, most * 20).toWellFormed())
    .replace(/[\p{Zl}\p{Zp}]/gu, " ")
    .replace(hidden, "")
    .replace(piledUp, "$1")
    .replace(/\s+/g, " ")
    .trim();
  const parts = [...graphemes.segment(line)].map(({ segment }) => segment);
  return parts.length <= most && text.length <= most * 20 ? line : `${parts.slice(0, Math.max(0, most - 1)).join("")}…`;
}
