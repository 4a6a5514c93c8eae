const needsFolding = /\s{2,}|[^\S ]/g;

/** Text on one line: every run of white space is one blank, none at the ends; at most `maxCharacters`. */
export function fold(text: string, maxCharacters: number): string {
  return cut(text.replace(needsFolding, " ").trim(), maxCharacters);
}

/** The first `maxCharacters` of a text, never half of a surrogate pair. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const last = text.charCodeAt(maxCharacters - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maxCharacters - 1 : maxCharacters);
}

/** Text that arrives in parts and is kept as it is, up to `maxCharacters`. */
export class RawText {
  readonly #maxCharacters: number;
  #text = "";

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  append(part: string): void {
    if (this.#text.length <= this.#maxCharacters) this.#text += part;
  }

  value(): string {
    return cut(this.#text, this.#maxCharacters);
  }
}

/** Collects text that arrives in parts, as `fold` would have it, however it was parted; stops listening when it is full. */
export class FoldedText {
  readonly #maxCharacters: number;
  #text = "";

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  append(part: string): void {
    if (this.#text.length > this.#maxCharacters) return;
    const folded = part.replace(needsFolding, " ");
    const hasBlank = this.#text === "" || this.#text.endsWith(" ");
    this.#text += hasBlank && folded.startsWith(" ") ? folded.slice(1) : folded;
  }

  /** Keeps what follows apart from what came before. */
  space(): void {
    if (this.#text !== "" && !this.#text.endsWith(" ")) this.#text += " ";
  }

  value(): string {
    return cut(this.#text, this.#maxCharacters).trimEnd();
  }
}
