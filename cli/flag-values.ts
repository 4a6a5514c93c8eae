import { UsageError } from "./errors.ts";
import type { Parsed } from "./flags.ts";

/** The number an option was given. Throws `UsageError`. */
export function numberOf<Name extends string>(given: Parsed<Name>, name: Name): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${name}: "${text}" is not a number. Write for example --${name} 5`);
  return Number(text);
}

/** As `numberOf`, for a whole number from 0 to `most`. */
export function wholeNumberOf<Name extends string>(given: Parsed<Name>, name: Name, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = numberOf(given, name);
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageError(`--${name}: ${given.get(name)} is not a whole number of 0 or more`);
  if (value > most) throw new UsageError(`--${name}: must be at most ${most}`);
  return value;
}

/** The one of the choices that an option was given. Throws `UsageError`. */
export function choiceOf<Name extends string, T extends string>(given: Parsed<Name>, name: Name, choices: readonly T[]): T | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) throw new UsageError(`--${name}: "${text}" is not one of ${choices.join(", ")}`);
  return choice;
}

/** All values of an option; one may hold several with commas between. */
export const listOf = <Name extends string>(given: Parsed<Name>, name: Name): string[] =>
  given.all(name).flatMap((text) => text.split(",").flatMap((part) => part.trim() || []));

/** Throws `UsageError` for what stands on the line behind as many words as are expected. */
export function refuseMore({ positionals }: Pick<Parsed<string>, "positionals">, expected: number): void {
  const extra = positionals[expected];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one too many. (Put quotes around names with spaces.)`);
}
