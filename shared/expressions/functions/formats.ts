import jsonata from "jsonata";
import { ExpressionError } from "../expression-error.ts";
import { maxPicture } from "../limits.ts";
import type { Meter } from "../meter.ts";
import { type Callable, callable, optionalNumber, textOf } from "./callable.ts";
import type { Replaced } from "./names.ts";

type Format = "formatInteger" | "formatNumber" | "fromMillis" | "toMillis";

/** Integers beyond it are not exact; and Roman numbers are as long as their thousands. */
const largestInteger = 1_000_000_000_000_000;
const largestRoman = 10_000;

/** JSONata's own functions of numbers and times, for arguments with which they end soon. */
export function formatFunctions(meter: Meter) {
  return {
    formatInteger: callable(meter, "formatInteger", 2, 2, ([value, picture]) => formatInteger(numberOf(value, "formatInteger"), picture)),
    formatNumber: callable(meter, "formatNumber", 2, 2, ([value, picture]) =>
      own("formatNumber", numberOf(value, "formatNumber"), pictureOf(picture, "formatNumber")),
    ),
    fromMillis: callable(meter, "fromMillis", 3, 1, ([millis, picture, zone]) =>
      own(
        "fromMillis",
        numberOf(millis, "fromMillis"),
        picture === undefined ? undefined : timePictureOf(picture),
        zone === undefined ? undefined : zoneOf(zone),
      ),
    ),
    // With a picture it would search by a regular expression that is made of it.
    toMillis: callable(meter, "toMillis", 1, 1, ([text]) => own("toMillis", textOf(text, "toMillis"))),
  } satisfies Partial<Record<Replaced, Callable>>;
}

function formatInteger(value: number, picture: unknown): Promise<unknown> {
  const checked = pictureOf(picture, "formatInteger");
  const largest = /^i/i.test(checked) ? largestRoman : largestInteger;
  if (Math.abs(value) > largest) throw new ExpressionError(`The function $formatInteger takes numbers up to ${largest} here.`);
  return own("formatInteger", value, checked);
}

function numberOf(value: unknown, name: Format): number {
  const number = optionalNumber(value, name);
  if (number === undefined) throw new ExpressionError(`The function $${name} needs a number.`);
  return number;
}

function pictureOf(value: unknown, name: Format): string {
  const picture = textOf(value, name);
  if (picture.length > maxPicture) throw new ExpressionError(`What $${name} writes by may have ${maxPicture} characters at most.`);
  return picture;
}

/** A width, behind the last comma of a part in brackets, says how many zeros are written. */
function timePictureOf(value: unknown): string {
  const picture = pictureOf(value, "fromMillis");
  for (const [, part = ""] of picture.matchAll(/\[([^\]]*)\]/g)) {
    const marker = part.replaceAll(/\s/g, "");
    const width = marker.includes(",") ? marker.slice(marker.lastIndexOf(",") + 1) : "*";
    if (!/^(?:\*|\d{1,2})(?:-(?:\*|\d{1,2}))?$/.test(width)) throw new ExpressionError(`A width of $fromMillis is not understood: ${width}`);
  }
  return picture;
}

function zoneOf(value: unknown): string {
  const zone = textOf(value, "fromMillis");
  if (!/^[+-]?\d{4}$/.test(zone)) throw new ExpressionError("The time zone of $fromMillis is written as +0100.");
  return zone;
}

const found = new Map<Format, Promise<(...given: readonly unknown[]) => unknown>>();

/** Calls a function of JSONata, which gives its functions only to expressions. */
async function own(name: Format, ...given: readonly unknown[]): Promise<unknown> {
  const known = found.get(name) ?? find(name);
  found.set(name, known);
  return (await known)(...given);
}

async function find(name: Format): Promise<(...given: readonly unknown[]) => unknown> {
  const definition: unknown = await jsonata(`$${name}`).evaluate(null);
  const run = typeof definition === "object" && definition !== null && "implementation" in definition ? definition.implementation : undefined;
  if (typeof run !== "function") throw new ExpressionError(`The function $${name} is not available.`);
  return (...given) => Reflect.apply(run, null, given);
}
