import type { Work } from "./work.ts";

/**
 * A text to find in many others. Unlike `indexOf`, which backtracks, this is Knuth, Morris and Pratt's search: it looks at each character
 * once, and its table is made at the first search.
 */
export class Needle {
  readonly text: string;
  #borders: readonly number[] | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** Like `indexOf`; what it looked at is charged to `work`, the table is not: it is made once for all questions. */
  find(haystack: string, from: number, work: Work): number {
    const { text } = this;
    work.spend(1);
    if (text.length > haystack.length - from) return -1;
    if (text === "") return from;
    this.#borders ??= bordersOf(text);
    let fitting = 0;
    for (let at = from; at < haystack.length; at += 1) {
      const character = haystack.charCodeAt(at);
      while (fitting > 0 && text.charCodeAt(fitting) !== character) fitting = this.#borders[fitting - 1] ?? 0;
      if (text.charCodeAt(fitting) === character) fitting += 1;
      if (fitting < text.length) continue;
      work.spend(at + 1 - from);
      return at + 1 - fitting;
    }
    work.spend(haystack.length - from);
    return -1;
  }
}

/** For each beginning of a text, how many of its last characters are also its first: how far a search may fall back. */
function bordersOf(text: string): number[] {
  const borders = [0];
  let border = 0;
  for (let end = 1; end < text.length; end += 1) {
    const character = text.charCodeAt(end);
    while (border > 0 && text.charCodeAt(border) !== character) border = borders[border - 1] ?? 0;
    if (text.charCodeAt(border) === character) border += 1;
    borders.push(border);
  }
  return borders;
}
