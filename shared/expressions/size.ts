import { ExpressionError } from "./expression-error.ts";
import { maxDepth, maxItems, maxSize, maxText } from "./limits.ts";

/** So many characters count as much as one number. */
const charactersPerUnit = 10;

interface Extent {
  readonly size: number;
  readonly depth: number;
}

/** Whether a value is a function of an expression, of JSONata, or of this domain. */
export function isFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  return typeof value === "object" && value !== null && ("_jsonata_lambda" in value || "_jsonata_function" in value);
}

const plain: Extent = { size: 1, depth: 0 };

/**
 * Measures values: 1 for each of them, for each ten characters, and for all that is in a list or an object, as often as it is in there. A value that
 * is built of the same thing again and again is small in memory and endless to whoever walks through it.
 * What was measured once is not looked at again: values do not change once they came of a step.
 */
export function createScale(): (value: unknown) => number {
  const known = new WeakMap<object, Extent>();
  const measure = (value: unknown, level: number): Extent => {
    if (typeof value === "string") return { size: 1 + textSize(value), depth: 0 };
    if (typeof value === "number") requireFinite(value);
    if (typeof value === "function") requireOffered(value);
    if (typeof value !== "object" || value === null || isFunction(value)) return plain;
    const before = known.get(value);
    if (before !== undefined) return before;
    const extent = measureParts(value, level, measure);
    known.set(value, extent);
    return extent;
  };
  return (value) => measure(value, 0).size;
}

function measureParts(value: object, level: number, measure: (part: unknown, level: number) => Extent): Extent {
  if (level > maxDepth) throw new ExpressionError(`Values may nest ${maxDepth} deep at most.`);
  let size = 1;
  let depth = 0;
  const add = (part: unknown): void => {
    const of = measure(part, level + 1);
    size += of.size;
    depth = Math.max(depth, of.depth + 1);
    if (size > maxSize) throw new ExpressionError("The expression makes something too large.");
    if (depth > maxDepth) throw new ExpressionError(`Values may nest ${maxDepth} deep at most.`);
  };
  if (Array.isArray(value)) {
    if (value.length > maxItems) throw new ExpressionError(`A list may have ${maxItems} items at most.`);
    for (const item of value) add(item);
  } else {
    for (const [key, item] of Object.entries(value)) {
      size += textSize(key);
      add(item);
    }
  }
  return { size, depth };
}

function textSize(text: string): number {
  if (text.length > maxText) throw new ExpressionError(`A text may have ${maxText} characters at most.`);
  return Math.floor(text.length / charactersPerUnit);
}

/** Some functions of JSONata never come to an end with what is not finite. */
function requireFinite(value: number): void {
  if (!Number.isFinite(value)) throw new ExpressionError("The expression makes a number that is too large, or none at all.");
}

/** JSONata keeps functions of its own in lists, which a wildcard would find; those that an expression may call say how many arguments they take. */
function requireOffered(value: object): void {
  if (!("arity" in value)) throw new ExpressionError("The expression cannot be evaluated: it reaches a function that is not for expressions.");
}
