import { printable } from "../../platform/index.ts";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What shows nothing and only hides: soft hyphens, spaces without a width, marks of byte order, tags. Joiners stay, which scripts and emoji need. */
const hidden = /[\u00ad\u180e\u200b\u2060-\u2064\ufeff\u{e0000}-\u{e007f}]+/gu;
/** More accents on one letter than any script writes run over the lines above and below. */
const piledUp = /(\p{M}{8})\p{M}+/gu;

/** Text of others on one line, in which nothing hides and every character is whole. */
export function oneLine(text: string): string {
  return printable(text.toWellFormed()).replace(hidden, "").replace(piledUp, "$1").replace(/\s+/g, " ").trim();
}

/** The same, with its lines; never two empty ones in a row. */
export function someLines(text: string): string {
  const lines = text.split(/\r\n?|[\n\u2028\u2029]/).map(oneLine);
  return lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/**
 * As much of a text as fits `max` UTF-16 units once `write` wrote it, cut between characters as readers see them and marked with `…` when it was.
 * @param write writes one character after another, such as an escape; what it makes of a text is what it makes of its characters
 */
export function within(text: string, max: number, write: (characters: string) => string = (characters) => characters): string {
  if (text.length <= max) {
    const whole = write(text);
    if (whole.length <= max) return whole;
  }
  const kept: string[] = [];
  let length = 0;
  // What is beyond `max` cannot fit, since nothing that is written is shorter than what it stands for.
  for (const { segment } of graphemes.segment(text.slice(0, max))) {
    const written = write(segment);
    if (length + written.length > max - 1) break;
    kept.push(written);
    length += written.length;
  }
  return max < 1 ? "" : `${kept.join("")}…`;
}

/** The first lines, as many as fit `max` UTF-16 units together. None is cut: one that does not fit is left out. */
export function firstLines(lines: readonly string[], max: number): string {
  let text = "";
  for (const line of lines) {
    const longer = text === "" ? line : `${text}\n${line}`;
    if (longer.length <= max) text = longer;
  }
  return text;
}
