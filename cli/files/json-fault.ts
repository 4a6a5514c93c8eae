/** Where a text stops being JSON; both count from 1, columns in UTF-16 units as editors do. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** What should stand there, such as `a comma or }`. */
  readonly expected: string;
}

const expectations = {
  value: "a value",
  firstItem: "a value or ]",
  firstName: "a name in double quotes or }",
  name: "a name in double quotes (there is no comma after the last one)",
  colon: "a colon",
  afterItem: "a comma or ]",
  afterMember: "a comma or }",
  end: "nothing more",
} as const;
type State = keyof typeof expectations;

const blank = /[ \t\n\r]*/y;
const token = /[{}[\]:,]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)\b/y;
const plain = /[^"\\\n\r\t]*/y;
const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const marks = "{}[]:,";

/**
 * The first place at which a text is not JSON (RFC 8259): the messages of `JSON.parse` do not always name one.
 * `undefined` when this reader, which does not know every control character, finds none.
 */
export function jsonFault(text: string): JsonFault | undefined {
  const open: string[] = [];
  let state: State = "value";
  let at = 0;
  for (;;) {
    at = endOf(blank, text, at) ?? at;
    if (at === text.length && state === "end") return undefined;
    const first = text.charAt(at);
    const end: number | undefined = first === '"' ? stringEnd(text, at) : endOf(token, text, at);
    const kind = first === '"' ? "string" : marks.includes(first) ? first : "scalar";
    const next: State | undefined = end === undefined ? undefined : step(state, kind, open);
    if (end === undefined || next === undefined) return faultAt(text, at, state);
    state = next;
    at = end;
  }
}

/** Where a sticky pattern that fits here ends. */
function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Where a string that begins here ends. Piece by piece: one pattern for all of it runs out of stack on a string of megabytes. */
function stringEnd(text: string, start: number): number | undefined {
  let at: number | undefined = start + 1;
  while (at !== undefined) {
    at = endOf(plain, text, at) ?? at;
    if (text[at] === '"') return at + 1;
    at = endOf(escaped, text, at);
  }
  return undefined;
}

/** What may follow a token in a state, and nothing where the token may not stand; `open` are the brackets around it. */
function step(state: State, kind: string, open: string[]): State | undefined {
  const closes = open.at(-1) === "{" ? "}" : "]";
  if (kind === closes && (state === "firstItem" || state === "firstName" || state === "afterItem" || state === "afterMember")) {
    open.pop();
    return afterValue(open);
  }
  if (state === "firstName" || state === "name") return kind === "string" ? "colon" : undefined;
  if (state === "colon") return kind === ":" ? "value" : undefined;
  if (state === "afterItem") return kind === "," ? "value" : undefined;
  if (state === "afterMember") return kind === "," ? "name" : undefined;
  if (state === "end") return undefined;
  if (kind === "string" || kind === "scalar") return afterValue(open);
  if (kind !== "{" && kind !== "[") return undefined;
  open.push(kind);
  return kind === "{" ? "firstName" : "firstItem";
}

function afterValue(open: readonly string[]): State {
  if (open.length === 0) return "end";
  return open.at(-1) === "{" ? "afterMember" : "afterItem";
}

function faultAt(text: string, at: number, state: State): JsonFault {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end !== -1 && end < at; end = text.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  const isComment = /^(?:\/[/*]|#)/.test(text.slice(at, at + 2));
  const expected = `${expectations[state]}${isComment ? "; JSON has no comments" : ""}`;
  return { line, column: at - start + 1, expected };
}
