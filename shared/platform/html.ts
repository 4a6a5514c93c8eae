import { printable } from "./printable.ts";

/** Markup that is safe to put into a document. Only `html` and `trusted` make it, so a plain string can never be one. */
class Html {
  readonly #markup: string;

  constructor(markup: string) {
    this.#markup = markup;
  }

  toString(): string {
    return this.#markup;
  }
}

export type { Html };

type Piece = Html | string | number | null | false | readonly Piece[];

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);

function markupOf(piece: Piece): string {
  if (piece === null || piece === false) return "";
  if (piece instanceof Html) return piece.toString();
  if (typeof piece === "string" || typeof piece === "number") return escaped(String(piece));
  return piece.map(markupOf).join("");
}

/**
 * A template whose every interpolated string is escaped, in text and in quoted attributes alike, and holds only what can be shown.
 * `null` and `false` leave nothing; lists are joined.
 */
export function html(parts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(parts.reduce((markup, part, i) => markup + markupOf(pieces[i - 1] ?? null) + part));
}

/** Markup written by us, such as a style sheet. Never give it anything that others wrote. */
export function trusted(markup: string): Html {
  return new Html(markup);
}
