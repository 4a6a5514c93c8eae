import { SimHash } from "./sim-hash.ts";

const kind = { separator: 1, letter: 2, joiner: 3, ideograph: 4, space: 5, highSurrogate: 6, lowSurrogate: 7 } as const;

/** Scripts without blanks between words; each of their characters counts as a word. Hangul has blanks. */
const ideographs = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}/u;
const letters = /\p{L}|\p{N}/u;
/** Marks, apostrophes, soft hyphen, joiners and the Japanese long-vowel sign belong to the word they stand in, but start none. */
const joiners = /\p{M}|['’]|\u00ad|\u200c|\u200d|\u30fc/u;

function kindOf(character: string): number {
  if (/\s/.test(character)) return kind.space;
  if (joiners.test(character)) return kind.joiner;
  if (ideographs.test(character)) return kind.ideograph;
  return letters.test(character) ? kind.letter : kind.separator;
}

/**
 * What each UTF-16 code unit is and, above those three bits, its lower case; 0: not asked yet.
 * Found once per process: a regular expression for every character of every page is slow.
 */
const known = new Int32Array(0x10000);
const kindBits = 3;
const kindMask = 7;

function learn(unit: number): number {
  const character = String.fromCharCode(unit);
  const lower = character.toLowerCase();
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  const surrogate = unit < 0xdc00 ? kind.highSurrogate : kind.lowSurrogate;
  const learnt = ((lower.length === 1 ? lower.charCodeAt(0) : unit) << kindBits) | (isSurrogate ? surrogate : kindOf(character));
  known[unit] = learnt;
  return learnt;
}

// FNV-1a, 32 bits (Fowler, Noll, Vo).
const fnvBasis = 0x811c9dc5 | 0; // signed, so that hashes stay small integers to the engine
const fnvPrime = 0x01000193;

const minWordsToCompare = 20;

interface TextMeasure {
  readonly wordCount: number;
  readonly textLength: number;
  readonly fingerprint: string | null;
}

/**
 * Counts and fingerprints text that arrives in parts; how it was parted makes no difference.
 * A word is a run of letters and digits of any script, or one ideograph. Thai, Lao, Khmer and Burmese phrases count as one word each.
 */
export class TextMeter {
  readonly #trigrams = new SimHash();
  #words = 0;
  #length = 0;
  #owesSpace = false;
  #isInWord = false;
  #hash = fnvBasis;
  #high = 0;
  #beforeLast = 0;
  #last = 0;

  write(source: string, start: number, end: number): void {
    // Locals: this loop sees every visible character of every page.
    let length = this.#length;
    let owesSpace = this.#owesSpace;
    let isInWord = this.#isInWord;
    let hash = this.#hash;
    for (let i = start; i < end; i++) {
      const unit = source.charCodeAt(i);
      const learnt = known[unit] || learn(unit);
      let what = learnt & kindMask;
      let feature = learnt >>> kindBits;
      if (what === kind.letter && isInWord) {
        length++;
        hash = Math.imul(hash ^ feature, fnvPrime);
        continue;
      }
      if (what >= kind.highSurrogate) {
        if (what === kind.highSurrogate) {
          this.#high = unit;
          continue;
        }
        what = kindOf(String.fromCharCode(this.#high, unit));
        feature = (this.#high << 16) | unit;
      }
      if (what === kind.space) owesSpace = true;
      else {
        length += owesSpace && length > 0 ? 2 : 1;
        owesSpace = false;
      }
      if (what === kind.letter || (isInWord && what === kind.joiner)) {
        hash = Math.imul(hash ^ feature, fnvPrime);
        isInWord = true;
        continue;
      }
      if (isInWord) {
        this.#addWord(hash);
        hash = fnvBasis;
        isInWord = false;
      }
      if (what === kind.ideograph) this.#addWord(Math.imul(fnvBasis ^ feature, fnvPrime));
    }
    this.#length = length;
    this.#owesSpace = owesSpace;
    this.#isInWord = isInWord;
    this.#hash = hash;
  }

  /** Ends a word as a blank would: a line break, a table cell, an image. */
  space(): void {
    if (this.#isInWord) this.#addWord(this.#hash);
    this.#isInWord = false;
    this.#hash = fnvBasis;
    this.#owesSpace = true;
  }

  measure(): TextMeasure {
    this.space();
    return {
      wordCount: this.#words,
      textLength: this.#length,
      fingerprint: this.#words < minWordsToCompare ? null : this.#trigrams.hex(),
    };
  }

  #addWord(word: number): void {
    this.#words++;
    const first = this.#beforeLast;
    const second = this.#last;
    this.#beforeLast = second;
    this.#last = word;
    if (this.#words < 3) return;
    const forward = Math.imul(Math.imul(first, 0x9e3779b1) + second, 0x85ebca77) + word;
    const backward = Math.imul(Math.imul(word, 0xc2b2ae3d) + second, 0x27d4eb2f) + first;
    this.#trigrams.add(scatter(forward), scatter(backward));
  }
}

/** MurmurHash3's finaliser (Appleby): every bit of the input reaches every bit of the output. */
function scatter(value: number): number {
  let bits = value ^ (value >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
