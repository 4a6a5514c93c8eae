/** Functions of JSONata that are as they are: what they do and make is no more than a little for each part of what they are given. */
const unchanged = [
  ...["sum", "count", "max", "min", "average", "number", "floor", "ceil", "round", "abs", "sqrt", "power", "formatBase"],
  ...["string", "substring", "substringBefore", "substringAfter", "lowercase", "uppercase", "length", "trim"],
  ...["encodeUrlComponent", "encodeUrl", "decodeUrlComponent", "decodeUrl"],
  ...["boolean", "not", "exists", "type", "keys", "lookup", "append", "merge", "reverse"],
] as const;

/** Functions of JSONata for which there are others here, with bounds: as they were, one step of them can fill the memory or never end. */
export const replaced = [
  ...(["contains", "join", "pad", "replace", "split"] as const),
  ...(["distinct", "each", "filter", "map", "reduce", "sift", "single", "sort", "spread"] as const),
  ...(["formatInteger", "formatNumber", "fromMillis", "toMillis"] as const),
] as const;
export type Replaced = (typeof replaced)[number];

const offered: ReadonlySet<string> = new Set<string>([...unchanged, ...replaced]);

/** Whether an expression may call a function of this name. */
export const isOffered = (name: string): boolean => offered.has(name);

const changes = "gives another value each time, and what is sent again must be the same";
const notAvailable = (name: string) => `The function $${name} is not available.`;

const others = ["assert", "base64decode", "base64encode", "clone", "error", "parseInteger", "zip"];

/** Functions of JSONata that nobody may call, and why not. */
export const refusedFunctions: ReadonlyMap<string, string> = new Map([
  ...others.map((name): [string, string] => [name, notAvailable(name)]),
  ["eval", "The function $eval is not available: write what it would evaluate."],
  ["match", "The function $match is not available, since regular expressions are not."],
  ["now", `The function $now ${changes}. Use the event's timestamp.`],
  ["millis", `The function $millis ${changes}. Use the event's timestamp.`],
  ["random", `The function $random ${changes}.`],
  ["shuffle", `The function $shuffle ${changes}.`],
]);
