import type { PDFFont } from "@cantoo/pdf-lib";

/** Stands for a character that the font does not have. */
const missing = "\u25a1";
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** They shape what is beside them, and show nothing themselves. */
const shapers = /\u200c|\u200d|[\ufe00-\ufe0f]/gu;

/** A font, with widths that are worked out once for each word. */
export interface Letters {
  readonly font: PDFFont;
  /** The same text with a box for each character that the font lacks. */
  readonly drawable: (text: string) => string;
  /** In points. @param text drawable */
  readonly width: (text: string, size: number) => number;
}

export function createLetters(font: PDFFont): Letters {
  const known = new Set(font.getCharacterSet());
  const widths = new Map<string, number>();
  const drawn = new Map<string, string>();
  const hasAll = (text: string): boolean => Array.from(text).every((character) => known.has(character.codePointAt(0) ?? 0));
  const replaced = (word: string): string => {
    const shown = hasAll(word) ? word : [...graphemes.segment(word)].map(({ segment }) => inFont(segment)).join("");
    // Rare scripts have rules of shaping that a font may break.
    try {
      font.encodeText(shown);
      return shown;
    } catch {
      return shown.replace(/[^\x20-\x7e]/gu, missing);
    }
  };
  const inFont = (grapheme: string): string => {
    if (hasAll(grapheme)) return grapheme;
    const bare = grapheme.replace(shapers, "");
    return bare !== "" && hasAll(bare) ? bare : missing;
  };
  return {
    font,
    drawable: (text) =>
      text
        .split(" ")
        .map((word) => remembered(drawn, word, replaced))
        .join(" "),
    // The sum of the words and the spaces between them: what a line is wide is asked for every word.
    width(text, size) {
      const words = text.split(" ");
      const each = (word: string): number => remembered(widths, word, (one) => font.widthOfTextAtSize(one, 1_000));
      return ((words.reduce((sum, word) => sum + each(word), 0) + (words.length - 1) * each("\u00a0")) * size) / 1_000;
    },
  };
}

/** What is worked out for the words of a report; other texts of others cannot make it grow without end. */
const mostRemembered = 20_000;

function remembered<T>(values: Map<string, T>, word: string, make: (word: string) => T): T {
  const value = values.get(word);
  if (value !== undefined) return value;
  const made = make(word);
  if (values.size < mostRemembered) values.set(word, made);
  return made;
}

/** A text in lines that are no wider than `most`, in points; a word that is wider is cut between characters. @param text drawable */
export function wrap({ width }: Pick<Letters, "width">, text: string, size: number, most: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((each) => (width(each, size) > most ? pieces(each, size, most, width) : [each]))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (width(longer, size) <= most) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function pieces(word: string, size: number, most: number, width: Letters["width"]): string[] {
  const found: string[] = [];
  let piece = "";
  for (const { segment } of graphemes.segment(word)) {
    if (piece !== "" && width(piece + segment, size) > most) {
      found.push(piece);
      piece = "";
    }
    piece += segment;
  }
  return [...found, piece];
}
