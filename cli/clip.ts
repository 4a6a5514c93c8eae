import { printable } from "../shared/platform/index.ts";

/** Foreign text, of any length, as a part of a sentence: on one line, and at most `most` UTF-16 units of it. */
export const clip = (text: string, most = 40): string =>
  // Cut first, since it may be a whole file; a character of two units that is cut in half would be no text.
  printable(text.length <= most ? text : `${text.slice(0, most - 1)}…`).toWellFormed();
