import { canonicalOctets } from "./percent-encoding.ts";

// A compiled glob holds one number a position: the code of a literal character, or one of these.
const segmentStar = -1;
const anyStar = -2;
const oneCharacter = -3;
const slash = "/".charCodeAt(0);

/** Whether a path matches one of the globs, see `compileGlob`. */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  const compiled = globs.map(compileGlob);
  return (path) => {
    if (compiled.length === 0) return false;
    const letters = Int32Array.from(readable(path), codeOf);
    return compiled.some((positions) => matches(positions, letters));
  };
}

/**
 * A glob on a path: `*` any characters but `/`, `**` any characters, `?` one character but `/`; the whole path must match.
 * Written without a leading `/` it starts at the root. Letters outside ASCII match their percent-encoded form.
 */
function compileGlob(glob: string): Int32Array {
  const rooted = glob.startsWith("/") || glob.startsWith("**") ? glob : `/${glob}`;
  return Int32Array.from(readable(encodeLiterals(rooted)).match(/\*{2,}|./gsu) ?? [], positionOf);
}

/** One spelling of a path, its letters outside ASCII as themselves: to a person `é` is one character, however it is written. */
function readable(path: string): string {
  return canonicalOctets(path).replace(escapedLetters, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return escaped; // octets that no letter has
    }
  });
}

/** The octets of one letter outside ASCII, in UTF-8. */
const escapedLetters = /%[CD][0-9A-F]%[89AB][0-9A-F]|%E[0-9A-F](?:%[89AB][0-9A-F]){2}|%F[0-7](?:%[89AB][0-9A-F]){3}/g;

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Spells the glob as URLs spell paths; `%` stays, since a glob may be written encoded. */
function encodeLiterals(glob: string): string {
  return glob.toWellFormed().replace(/[^\x21-\x7e]+|["#<>`{}]/g, encodeURIComponent);
}

function positionOf(part: string): number {
  if (part === "*") return segmentStar;
  if (part === "?") return oneCharacter;
  return part.startsWith("*") ? anyStar : codeOf(part);
}

/**
 * Tracks the positions that the glob may have reached, so the time is at most reachable positions × path whatever the glob:
 * a regular expression built from it could backtrack for ever.
 */
function matches(positions: Int32Array, path: Int32Array): boolean {
  let reached = new Reached(positions);
  let next = new Reached(positions);
  reached.add(0);
  for (const character of path) {
    if (reached.count === 0) return false;
    step(positions, reached, next, character);
    [reached, next] = [next, reached];
    next.clear();
  }
  return reached.has(positions.length);
}

/** A set of positions; a position may be the end of the glob. */
class Reached {
  readonly #positions: Int32Array;
  readonly #list: Int32Array;
  readonly #marks: Uint8Array;
  count = 0;

  constructor(positions: Int32Array) {
    this.#positions = positions;
    this.#list = new Int32Array(positions.length + 1);
    this.#marks = new Uint8Array(positions.length + 1);
  }

  add(at: number): void {
    if (this.has(at)) return;
    this.#marks[at] = 1;
    this.#list[this.count] = at;
    this.count += 1;
    if (isStar(this.#positions[at])) this.add(at + 1); // a star may stand for nothing
  }

  has(at: number): boolean {
    return this.#marks[at] === 1;
  }

  at(index: number): number {
    return this.#list[index] ?? 0;
  }

  clear(): void {
    for (let index = 0; index < this.count; index += 1) this.#marks[this.at(index)] = 0;
    this.count = 0;
  }
}

function isStar(expected: number | undefined): boolean {
  return expected === segmentStar || expected === anyStar;
}

/** Moves every reached position over one character. */
function step(positions: Int32Array, reached: Reached, next: Reached, character: number): void {
  for (let index = 0; index < reached.count; index += 1) {
    const at = reached.at(index);
    const expected = positions[at];
    if (expected === undefined) continue; // the end, with characters left
    if (expected >= 0 ? expected !== character : expected !== anyStar && character === slash) continue;
    next.add(isStar(expected) ? at : at + 1);
  }
}
