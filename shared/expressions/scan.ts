import { ExpressionError } from "./expression-error.ts";
import { maxDefaults, maxDepth } from "./limits.ts";

/** What the parser takes for one word: the kinds that matter here. */
interface Token {
  readonly kind: "operator" | "operand";
  readonly text: string;
  readonly position: number;
}

/** In the order in which the parser tries them. */
const pairs = ["..", ":=", "!=", ">=", "<=", "**", "~>", "?:", "??"];
const singles = ".[]{}(),@#;:?+-*/%|=<>^&!~";
const spaces = " \t\n\r\v";
const numberAt = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;
const wordOperators: ReadonlySet<string> = new Set(["and", "or", "in"]);
const opening = new Set(["(", "[", "{"]);
const closing = new Set([")", "]", "}"]);

/**
 * Looks at an expression before the parser does, since the parser itself can be made to run out of memory. Words end where the parser ends them; where the two
 * disagree, at a `/` behind `[]`, the parser finds that something is missing.
 * @throws ExpressionError for what is not available
 */
export function scan(text: string): void {
  // What stands before a word decides what it is.
  let before: Token | undefined;
  const defaults = createDefaultsCount();
  for (const token of tokens(text, () => before)) {
    refuse(token, before);
    if (token.kind === "operator") defaults(token);
    before = token;
  }
}

function* tokens(text: string, before: () => Token | undefined): Generator<Token> {
  let position = 0;
  while (position < text.length) {
    if (spaces.includes(text.charAt(position))) {
      position += 1;
    } else if (text.startsWith("/*", position)) {
      const end = text.indexOf("*/", position + 2);
      if (end < 0) throw new ExpressionError("A comment has no end.", position);
      position = end + 2;
    } else {
      const token = tokenAt(text, position, before());
      yield token;
      position += token.text.length;
    }
  }
}

function tokenAt(text: string, position: number, before: Token | undefined): Token {
  const first = text.charAt(position);
  if (first === "/" && !endsOperand(before)) throw new ExpressionError("Regular expressions are not available.", position);
  const pair = pairs.find((each) => text.startsWith(each, position));
  if (pair !== undefined) return { kind: "operator", text: pair, position };
  if (singles.includes(first)) return { kind: "operator", text: first, position };
  if (first === '"' || first === "'") return { kind: "operand", text: text.slice(position, endOfText(text, position, first)), position };
  if (first === "`") {
    const end = text.indexOf("`", position + 1);
    if (end < 0) throw new ExpressionError("A name has no closing `.", position);
    return { kind: "operand", text: text.slice(position, end + 1), position };
  }
  numberAt.lastIndex = position;
  const word = numberAt.exec(text)?.[0] ?? wordAt(text, position);
  return { kind: wordOperators.has(word) && endsOperand(before) ? "operator" : "operand", text: word, position };
}

function endOfText(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === quote) return at + 1;
    if (character === "\\") at += 1;
  }
  throw new ExpressionError("A text has no closing quotation mark.", start);
}

function wordAt(text: string, start: number): string {
  let end = start;
  while (end < text.length && !spaces.includes(text.charAt(end)) && !singles.includes(text.charAt(end))) end += 1;
  return text.slice(start, end);
}

/** Whether something can be divided that ends with this. */
const endsOperand = (token: Token | undefined): boolean => token !== undefined && (token.kind === "operand" || closing.has(token.text));

const refused: Readonly<Record<string, string>> = {
  "|": "Transformations (|…|) are not available.",
  "@": "Joins (@) are not available.",
  "#": "Positions (#) are not available: $map gives them as the second argument.",
};

function refuse({ kind, text, position }: Token, before: Token | undefined): void {
  if (kind !== "operator") return;
  const why = refused[text];
  if (why !== undefined) throw new ExpressionError(why, position);
  if (text === "%" && !endsOperand(before)) throw new ExpressionError("Parents (%) are not available.", position);
  if (text === "?" && !endsOperand(before)) throw new ExpressionError("Functions with some of their arguments (?) are not available.", position);
}

/** How often what is written in a bracket is copied, of what was read so far: on the left of the last default, before that, and at its most. */
interface Level {
  left: number;
  most: number;
}

/**
 * Follows how deeply `??` and `?:` copy one another: what is left of one is copied with all copies in it, and within a bracket all of it may be left of the
 * next one outside.
 */
function createDefaultsCount(): (token: Token) => void {
  const levels: Level[] = [{ left: 0, most: 0 }];
  return ({ text, position }) => {
    const level = levels.at(-1);
    if (opening.has(text)) levels.push({ left: 0, most: 0 });
    if (levels.length > maxDepth) throw new ExpressionError(`Brackets may nest ${maxDepth} deep at most.`, position);
    if (level === undefined) return;
    if (closing.has(text) && levels.length > 1) {
      levels.pop();
      const outer = levels.at(-1);
      if (outer !== undefined) outer.left = Math.max(outer.left, level.left, level.most);
    } else if (text === "??" || text === "?:") {
      level.most = Math.max(level.most, level.left + 1);
      level.left = 0;
      if (level.most > maxDefaults) throw new ExpressionError(`?? and ?: may nest ${maxDefaults} deep at most.`, position);
    } else if (text === "," || text === ";") {
      level.most = Math.max(level.most, level.left);
      level.left = 0;
    }
  };
}
