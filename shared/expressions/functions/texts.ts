import { ExpressionError } from "../expression-error.ts";
import { maxItems, maxText } from "../limits.ts";
import type { Meter } from "../meter.ts";
import { type Callable, callable, listOf, optionalNumber, textOf } from "./callable.ts";
import type { Replaced } from "./names.ts";

const tooLong = (name: string) => new ExpressionError(`The function $${name} makes a text of more than ${maxText} characters.`);

/** The functions of texts that could make more than they were given. Patterns are texts: regular expressions are not available. */
export function textFunctions(meter: Meter) {
  return {
    contains: callable(meter, "contains", 2, 2, ([text, part]) =>
      part === undefined ? undefined : textOf(text, "contains").includes(textOf(part, "contains")),
    ),
    join: callable(meter, "join", 2, 1, ([parts, between]) => join(listOf(parts), between)),
    pad: callable(meter, "pad", 3, 2, ([text, width, filling]) => pad(textOf(text, "pad"), optionalNumber(width, "pad") ?? 0, filling)),
    replace: callable(meter, "replace", 4, 3, ([text, part, other, limit]) =>
      replace(meter, textOf(text, "replace"), textOf(part, "replace"), textOf(other, "replace"), optionalNumber(limit, "replace")),
    ),
    split: callable(meter, "split", 3, 2, ([text, between, limit]) => split(textOf(text, "split"), textOf(between, "split"), optionalNumber(limit, "split"))),
  } satisfies Partial<Record<Replaced, Callable>>;
}

function join(parts: readonly unknown[], between: unknown = ""): string {
  const texts = parts.map((part) => textOf(part, "join"));
  const separator = textOf(between, "join");
  const length = texts.reduce((sum, text) => sum + text.length, separator.length * Math.max(0, texts.length - 1));
  if (length > maxText) throw tooLong("join");
  return texts.join(separator);
}

/** Widths count characters as people see them in a font, not halves of them; a negative one fills on the left. */
function pad(text: string, width: number, filling: unknown = " "): string {
  const wanted = Math.abs(Math.trunc(width));
  if (wanted > maxText) throw tooLong("pad");
  const missing = wanted - Array.from(text).length;
  if (missing <= 0) return text;
  const characters = Array.from(textOf(filling, "pad") || " ");
  const filled = Array.from({ length: missing }, (_, at) => characters[at % characters.length]).join("");
  return width > 0 ? text + filled : filled + text;
}

function replace(meter: Meter, text: string, part: string, other: string, limit = Number.POSITIVE_INFINITY): string {
  if (part === "") throw new ExpressionError("The function $replace needs a text to look for.");
  if (limit < 0) throw new ExpressionError("The function $replace takes no negative limit.");
  const pieces: string[] = [];
  let length = text.length;
  let start = 0;
  for (let at = text.indexOf(part); at >= 0 && pieces.length < limit; at = text.indexOf(part, start)) {
    pieces.push(text.slice(start, at));
    start = at + part.length;
    length += other.length - part.length;
    if (length > maxText) throw tooLong("replace");
  }
  meter.spend(pieces.length);
  return [...pieces, text.slice(start)].join(other);
}

function split(text: string, between: string, limit: number = maxItems + 1): string[] {
  if (limit < 0) throw new ExpressionError("The function $split takes no negative limit.");
  const parts = text.split(between, Math.min(Math.floor(limit), maxItems + 1));
  if (parts.length > maxItems) throw new ExpressionError(`The function $split makes more than ${maxItems} parts.`);
  return parts;
}
