import { z } from "zod";
import { type LimitName, limitNames, maxLimit } from "./limit-names.ts";
import { nearest } from "./nearest.ts";
import { shownEntry } from "./shown-entry.ts";

/** How many units a limit allows in its window, for those that are not to be the usual ones. */
export type LimitSettings = Readonly<Partial<Record<LimitName, number>>>;

const Limit = z
  .string()
  .regex(/^[1-9]\d{0,4}$/)
  .transform(Number)
  .refine((limit) => limit <= maxLimit);

const form = "name=number pairs with commas between, such as lists=120,audits=10";

/** `name=number` pairs with commas between; nothing when it is missing or empty. Each pair that is wrong is a problem of its own. */
export const Limits = z
  .string({ error: `must be ${form}` })
  .default("")
  .transform((text, ctx): LimitSettings => {
    const settings = new Map<LimitName, number>();
    for (const entry of text.split(",").flatMap((each) => each.trim() || [])) {
      const problem = take(entry, settings);
      if (problem !== undefined) ctx.addIssue({ code: "custom", message: `has "${shownEntry(entry)}", ${problem}` });
    }
    return Object.fromEntries(settings);
  });

/** Adds a pair to the settings, or says what is wrong with it; reads on after the pair. */
function take(entry: string, settings: Map<LimitName, number>): string | undefined {
  const [given = "", number, ...rest] = entry.split("=").map((part) => part.trim());
  if (number === undefined || rest.length > 0) return `but must be ${form}`;
  const name = limitNames.find((each) => each === given);
  if (name === undefined) return `but no limit has this name${guessOf(given)}`;
  const { data: limit } = Limit.safeParse(number);
  if (limit === undefined) return `but the number must be a whole one from 1 to ${maxLimit}`;
  if (settings.has(name)) return `but names ${name} before: each may be there once`;
  settings.set(name, limit);
  return undefined;
}

function guessOf(name: string): string {
  const guess = nearest(name, limitNames);
  return guess === undefined ? "" : ` (did you mean ${guess}?)`;
}
