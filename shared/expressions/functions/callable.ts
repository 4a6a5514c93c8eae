import { ExpressionError } from "../expression-error.ts";
import type { Meter } from "../meter.ts";

/** A function as JSONata calls it, with what the expression is at as `this`. */
export type Callable = ((this: unknown, ...given: unknown[]) => unknown) & { readonly arity?: number };

/**
 * A function for expressions. It takes `arity` arguments at most; where it is given fewer than `needs`, what the expression is at comes first, as in
 * `name.$contains("x")`.
 */
export function callable(meter: Meter, name: string, arity: number, needs: number, run: (given: readonly unknown[]) => unknown): Callable {
  // Not an arrow: it needs the `this` that JSONata gives.
  const call = function (this: unknown, ...given: unknown[]): unknown {
    if (given.length > arity) throw new ExpressionError(`The function $${name} takes ${arity} arguments at most.`);
    const all = given.length < needs ? [this, ...given] : given;
    meter.spend(1);
    return all[0] === undefined ? undefined : run(all);
  };
  return Object.assign(call, { arity });
}

/** @throws ExpressionError where it is no text */
export function textOf(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new ExpressionError(`The function $${name} needs a text.`);
}

/** @throws ExpressionError where it is neither a number nor absent */
export function optionalNumber(value: unknown, name: string): number | undefined {
  if (value === undefined || (typeof value === "number" && Number.isFinite(value))) return value;
  throw new ExpressionError(`The function $${name} needs a number.`);
}

/** A list as it is, and anything else as the one item of a list. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** @throws ExpressionError where it is no object */
export function entriesOf(value: unknown, name: string): [string, unknown][] {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new ExpressionError(`The function $${name} needs an object.`);
}

/** A list that JSONata takes for one item where it has one, and for nothing where it has none. */
export function sequence(items: unknown[]): unknown[] {
  Object.defineProperty(items, "sequence", { value: true });
  return items;
}
