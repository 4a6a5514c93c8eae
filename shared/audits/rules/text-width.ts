import { arialWidths, unitsPerEm } from "./arial-widths.ts";

const widths = new Map(
  Object.entries(arialWidths).flatMap(([units, characters]) => Array.from(characters, (character) => [character, Number(units)] as const)),
);

/** Scripts whose characters fill a square, and pictures. */
const square = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Extended_Pictographic}\u3000-\u303f\uff01-\uff60]/u;
const weightless = /[\p{Mark}\p{Cf}]/u;
/** A digit's width: what an average letter of an alphabet outside the table takes. */
const otherUnits = 1_139;

/**
 * Width in pixels of one line of text set in Arial at `fontPixels`, without kerning: about what search results have room for.
 * An accented letter is as wide as its plain one; East Asian characters and pictures fill a square.
 */
export function arialWidth(text: string, fontPixels: number): number {
  let units = 0;
  for (const character of text.normalize("NFC")) units += unitsOf(character);
  return Math.round((units * fontPixels) / unitsPerEm);
}

function unitsOf(character: string): number {
  const known = widths.get(character);
  if (known !== undefined) return known;
  if (weightless.test(character)) return 0;
  if (square.test(character)) return unitsPerEm;
  return widths.get(character.normalize("NFD").charAt(0)) ?? otherUnits;
}
