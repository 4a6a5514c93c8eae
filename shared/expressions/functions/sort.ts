import { ExpressionError } from "../expression-error.ts";
import type { Meter } from "../meter.ts";
import type { Given } from "./given-function.ts";

type IsAfter = (a: unknown, b: unknown) => Promise<boolean> | boolean;

/** Sorts numbers or texts, or whatever a function says the order of (whether its first argument comes after the second); equal items stay in their order. */
export async function sort(meter: Meter, list: readonly unknown[], by: Given | undefined): Promise<unknown[]> {
  const isAfter: IsAfter = by === undefined ? naturalOrder(list) : (a, b) => by.says([a, b]);
  let sorted = [...list];
  for (let width = 1; width < sorted.length; width *= 2) {
    const merged: unknown[] = [];
    for (let start = 0; start < sorted.length; start += 2 * width) {
      await merge(merged, sorted.slice(start, start + width), sorted.slice(start + width, start + 2 * width), isAfter);
    }
    meter.spend(merged.length);
    sorted = merged;
  }
  return sorted;
}

async function merge(into: unknown[], left: readonly unknown[], right: readonly unknown[], isAfter: IsAfter): Promise<void> {
  let taken = 0;
  for (const item of left) {
    while (taken < right.length && (await isAfter(item, right[taken]))) {
      into.push(right[taken]);
      taken += 1;
    }
    into.push(item);
  }
  into.push(...right.slice(taken));
}

function naturalOrder(list: readonly unknown[]): IsAfter {
  const kind = typeof list[0];
  if (list.some((item) => typeof item !== kind) || (list.length > 0 && kind !== "number" && kind !== "string")) {
    throw new ExpressionError("The function $sort needs numbers alone or texts alone, or a function that says the order.");
  }
  return (a, b) => (typeof a === "number" && typeof b === "number" ? a > b : String(a) > String(b));
}
