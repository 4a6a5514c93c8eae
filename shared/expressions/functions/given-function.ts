import { ExpressionError } from "../expression-error.ts";
import type { Meter } from "../meter.ts";

/** A function that an expression gave to another one. */
export interface Given {
  readonly arity: number;
  /** Calls it with as many of these as it takes, one at least. */
  readonly call: (given: readonly unknown[]) => Promise<unknown>;
  /** The same, and whether the answer counts as true. */
  readonly says: (given: readonly unknown[]) => Promise<boolean>;
}

/** What is called is not always evaluated step by step: each call counts, and so do what it is given and what it makes. */
export function givenFunction(meter: Meter, name: string, given: unknown): Given {
  const found = readFunction(given);
  if (found === undefined) throw new ExpressionError(`The function $${name} needs a function, such as function($item){ … }.`);
  const { arity, run } = found;
  const call = async (values: readonly unknown[]): Promise<unknown> => {
    const passed = values.slice(0, Math.max(1, arity));
    meter.spend(1);
    for (const value of passed) meter.weigh(value);
    const result: unknown = await run(passed);
    meter.weigh(result);
    return result;
  };
  return { arity, call, says: async (values) => isTrue(await call(values)) };
}

interface Runnable {
  readonly arity: number;
  readonly run: (given: readonly unknown[]) => unknown;
}

/** JSONata wraps functions that are arguments, except where a function's last step is to call another. */
function readFunction(given: unknown): Runnable | undefined {
  if (typeof given === "function" && "arity" in given && typeof given.arity === "number") {
    return { arity: given.arity, run: (values) => Reflect.apply(given, null, values) };
  }
  if (typeof given !== "object" || given === null || !("_jsonata_lambda" in given && "apply" in given && "arguments" in given)) return undefined;
  const { apply, arguments: parameters } = given;
  if (typeof apply !== "function" || !Array.isArray(parameters)) return undefined;
  return { arity: parameters.length, run: (values) => Reflect.apply(apply, given, [null, values]) };
}

/** As JSONata's `$boolean` says. */
function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isTrue);
  if (typeof value === "object" && value !== null) return !("_jsonata_lambda" in value || "_jsonata_function" in value) && Object.keys(value).length > 0;
  return typeof value !== "function" && Boolean(value);
}
