import { callerLimitNames } from "../../shared/limits/index.ts";
import { type LimitName, limitNames, maxLimit } from "../../shared/platform/index.ts";
import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";

const usual = "usual";

/** The limits that `--limit` gives a key, each as `lists=30`; none for `usual`. Throws `UsageError`, which says whether the name or the number is wrong. */
export function ownLimitsOf(texts: readonly string[]): Record<string, number> {
  if (texts.every((text) => text === usual)) return {};
  if (texts.includes(usual))
    throw new UsageError("--limit: usual stands alone, as it takes all limits of the key's own away. Leave it out: what is not named is usual");
  const pairs = texts.map(pairOf);
  const twice = pairs.find(([name], at) => pairs.findIndex(([other]) => other === name) < at);
  if (twice !== undefined) throw new UsageError(`--limit: say once how many ${twice[0]}`);
  return Object.fromEntries(pairs);
}

function pairOf(text: string): [name: LimitName, limit: number] {
  const at = text.indexOf("=");
  const name = nameOf(at < 0 ? text : text.slice(0, at));
  const number = at < 0 ? "" : text.slice(at + 1);
  if (number === "") throw new UsageError(`--limit: ${name} lacks its number. Write for example ${name}=30`);
  if (!/^[1-9]\d*$/.test(number) || Number(number) > maxLimit) {
    throw new UsageError(`--limit: the number of ${name} is wrong: "${number}" is not a whole number from 1 to ${maxLimit}`);
  }
  return [name, Number(number)];
}

function nameOf(text: string): LimitName {
  const name = callerLimitNames.find((known) => known === text);
  if (name !== undefined) return name;
  if (limitNames.some((known) => known === text)) {
    throw new UsageError(`--limit: ${text} is counted by address, before a key is looked at, so no key has a number of its own for it`);
  }
  const guess = text === "" ? undefined : nearest(text, callerLimitNames);
  throw new UsageError(
    `--limit: "${text}" is the name of no limit. ${guess === undefined ? `There are ${callerLimitNames.join(", ")}` : `Did you mean ${guess}?`}`,
  );
}
