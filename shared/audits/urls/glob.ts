import { canonicalOctets } from "./percent-encoding.ts";

// A compiled glob holds one number a position: the code of a literal character, or one of these.
const segmentStar = -1;
const anyStar = -2;
const oneCharacter = -3;
const slash = "/".charCodeAt(0);

/**
 * A glob on a path, as a predicate: `*` any characters but `/`, `**` any characters, `?` one character but `/`; the whole path must match.
 * Written without a leading `/` it starts at the root. Letters outside ASCII match their percent-encoded form.
 */
export function compileGlob(glob: string): (path: string) => boolean {
  const rooted = glob.startsWith("/") || glob.startsWith("**") ? glob : `/${glob}`;
  const positions = Int32Array.from(canonicalOctets(encodeLiterals(rooted)).match(/\*{2,}|./g) ?? [], positionOf);
  return (path) => matches(positions, canonicalOctets(path));
}

/** Spells the glob as URLs spell paths; `%` stays, since a glob may be written encoded. */
function encodeLiterals(glob: string): string {
  return glob.toWellFormed().replace(/[^\x21-\x7e]+|["#<>`{}]/g, encodeURIComponent);
}

function positionOf(part: string): number {
  if (part === "*") return segmentStar;
  if (part === "?") return oneCharacter;
  return part.startsWith("*") ? anyStar : part.charCodeAt(0);
}

/**
 * Tracks every position that the glob may have reached, so the time is at most glob × path whatever the glob:
 * a regular expression built from it could backtrack for ever.
 */
function matches(positions: Int32Array, path: string): boolean {
  let reached = new Uint8Array(positions.length + 1);
  let next = new Uint8Array(positions.length + 1);
  reached[0] = 1;
  for (let index = 0; index < path.length; index += 1) {
    if (!step(positions, reached, next, path.charCodeAt(index))) return false;
    [reached, next] = [next, reached];
    next.fill(0);
  }
  return reaches(positions, reached);
}

/** Moves every reached position over one character; false when none survives. */
function step(positions: Int32Array, reached: Uint8Array, next: Uint8Array, character: number): boolean {
  let alive = false;
  for (let at = 0; at < positions.length; at += 1) {
    if (reached[at] !== 1) continue;
    const expected = positions[at] ?? oneCharacter;
    const isStar = expected === segmentStar || expected === anyStar;
    if (isStar) reached[at + 1] = 1; // a star may stand for nothing
    if (expected >= 0 ? expected !== character : expected !== anyStar && character === slash) continue;
    next[isStar ? at : at + 1] = 1;
    alive = true;
  }
  return alive;
}

/** Whether the end of the glob is reached, or only stars are left before it. */
function reaches(positions: Int32Array, reached: Uint8Array): boolean {
  let end = positions.length;
  while (reached[end] !== 1 && (positions[end - 1] === segmentStar || positions[end - 1] === anyStar)) end -= 1;
  return reached[end] === 1;
}
