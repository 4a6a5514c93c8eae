import { longPasswords, shortPasswords } from "./common-passwords.ts";

const common: ReadonlySet<string> = new Set([...shortPasswords, ...longPasswords]);
const shortestCommon = 4;

/** Words of ours that come to mind when somebody makes up a password here (OWASP ASVS 5.0, 6.2.11). */
const ownWords = ["mentha"];
const shortestWord = 3;
/** What a password must have beside the words that everybody knows: so much was once asked of a whole one. */
const leastBeside = 8;
/** Characters that lie neither on nor beside the one before them. */
const leastSteps = 3;
const leastDifferent = 5;

/** Whether a password is one of the first that a person or a program would try; `about` is what they may know of its owner. */
export function isEasyToGuess(password: string, about: readonly string[]): boolean {
  const text = password.toLowerCase();
  const bare = text.replace(/[\s\p{P}\p{S}]+/gu, "");
  return isCommon(text) || isCommon(bare) || isMonotonous(text) || withoutWords(text, about).length < leastBeside;
}

/**
 * A common password or two of them, and perhaps a few digits or signs at the end: of the passwords of leaked accounts that are long enough for us,
 * this is what the most used ones are made of.
 */
function isCommon(text: string): boolean {
  const tail = /[^\p{L}]{0,6}$/u.exec(text)?.[0].length ?? 0;
  const cores = Array.from({ length: tail + 1 }, (_, cut) => text.slice(0, text.length - cut));
  return cores.some((core) => common.has(core) || isPair(core));
}

function isPair(text: string): boolean {
  for (let at = shortestCommon; at <= text.length - shortestCommon; at++) {
    if (common.has(text.slice(0, at)) && common.has(text.slice(at))) return true;
  }
  return false;
}

/** The same few characters, a row of the alphabet or of digits, or one short piece again and again. */
function isMonotonous(text: string): boolean {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const steps = points.filter((point, i) => i > 0 && Math.abs(point - (points[i - 1] ?? 0)) > 1).length;
  const piece = /^(.+?)\1+$/su.exec(text)?.[1];
  return new Set(points).size < leastDifferent || steps < leastSteps || (piece !== undefined && piece.length < leastBeside);
}

/** What is left of a password without the words of what is known of its owner, and without ours. */
function withoutWords(text: string, about: readonly string[]): string {
  const words = about.flatMap((known) =>
    known
      .normalize("NFKC")
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u),
  );
  return [...ownWords, ...words]
    .filter((word) => word.length >= shortestWord)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, word) => rest.replaceAll(word, ""), text);
}
