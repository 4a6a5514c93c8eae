import { ExpressionError } from "../expression-error.ts";
import { maxItems } from "../limits.ts";
import type { Meter } from "../meter.ts";
import { isFunction } from "../size.ts";
import { type Callable, callable, entriesOf, listOf, sequence } from "./callable.ts";
import { type Given, givenFunction } from "./given-function.ts";
import type { Replaced } from "./names.ts";
import { sort } from "./sort.ts";

/** The functions of lists and objects that call others, whose steps nobody would count, or that take the square of the time. */
export function listFunctions(meter: Meter) {
  const fn = (name: Replaced, given: unknown) => givenFunction(meter, name, given);
  return {
    distinct: callable(meter, "distinct", 1, 1, ([list]) => (Array.isArray(list) ? distinct(list) : list)),
    each: callable(meter, "each", 2, 2, ([from, by]) => each(from, fn("each", by))),
    filter: callable(meter, "filter", 2, 2, ([list, by]) => filter(listOf(list), fn("filter", by))),
    map: callable(meter, "map", 2, 2, ([list, by]) => map(listOf(list), fn("map", by))),
    reduce: callable(meter, "reduce", 3, 2, ([list, by, first]) => reduce(listOf(list), fn("reduce", by), first)),
    sift: callable(meter, "sift", 2, 2, ([from, by]) => sift(from, fn("sift", by))),
    single: callable(meter, "single", 2, 1, ([list, by]) => single(listOf(list), by === undefined ? undefined : fn("single", by))),
    sort: callable(meter, "sort", 2, 1, ([list, by]) => sort(meter, listOf(list), by === undefined ? undefined : fn("sort", by))),
    spread: callable(meter, "spread", 1, 1, ([from]) => spread(from)),
  } satisfies Partial<Record<Replaced, Callable>>;
}

function distinct(list: readonly unknown[]): unknown[] {
  const byText = new Map<string, unknown>();
  for (const item of list) {
    const text = canonical(item);
    if (!byText.has(text)) byText.set(text, item);
  }
  return [...byText.values()];
}

/** The same text for what is equal, whatever the order of keys. */
function canonical(value: unknown): string {
  if (isFunction(value)) throw new ExpressionError("The function $distinct cannot compare functions.");
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}

async function map(list: readonly unknown[], by: Given): Promise<unknown[]> {
  const made: unknown[] = [];
  for (const [index, item] of list.entries()) {
    const value = await by.call([item, index, list]);
    if (value !== undefined) made.push(value);
  }
  return sequence(made);
}

async function filter(list: readonly unknown[], by: Given): Promise<unknown[]> {
  const kept: unknown[] = [];
  for (const [index, item] of list.entries()) if (await by.says([item, index, list])) kept.push(item);
  return sequence(kept);
}

async function single(list: readonly unknown[], by: Given | undefined): Promise<unknown> {
  const kept = by === undefined ? list : await filter(list, by);
  if (kept.length !== 1) throw new ExpressionError(`The function $single needs exactly one that fits, and finds ${kept.length}.`);
  return kept[0];
}

async function reduce(list: readonly unknown[], by: Given, first: unknown): Promise<unknown> {
  if (by.arity < 2) throw new ExpressionError("The function that $reduce is given takes two arguments at least.");
  let value = first === undefined ? list[0] : first;
  for (let index = first === undefined ? 1 : 0; index < list.length; index += 1) value = await by.call([value, list[index], index, list]);
  return value;
}

async function each(from: unknown, by: Given): Promise<unknown[]> {
  const made: unknown[] = [];
  for (const [key, item] of entriesOf(from, "each")) {
    const value = await by.call([item, key, from]);
    if (value !== undefined) made.push(value);
  }
  return sequence(made);
}

async function sift(from: unknown, by: Given): Promise<unknown> {
  const kept: [string, unknown][] = [];
  for (const [key, item] of entriesOf(from, "sift")) if (await by.says([item, key, from])) kept.push([key, item]);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function spread(from: unknown): unknown {
  const made: unknown[] = [];
  for (const item of listOf(from)) {
    if (typeof item === "object" && item !== null && !Array.isArray(item) && !isFunction(item)) {
      for (const entry of Object.entries(item)) made.push(Object.fromEntries([entry]));
    } else {
      made.push(item);
    }
    if (made.length > maxItems) throw new ExpressionError(`The function $spread makes more than ${maxItems} items.`);
  }
  return sequence(made);
}
