import { parseArgs } from "node:util";
import { UsageError } from "./errors.ts";
import { nearest } from "./nearest.ts";

/** One option of a command; `value` names what follows it, and an option without one is a switch. */
export interface Flag {
  readonly value?: string;
  readonly help: string;
}

export interface Parsed<Name extends string> {
  readonly positionals: readonly string[];
  /** Whether a switch is there. */
  has(name: Name): boolean;
  /** The last value given. */
  get(name: Name): string | undefined;
  /** All values given, in order. */
  all(name: Name): readonly string[];
}

/** Reads options against their table. Throws `UsageError` for one that is unknown, lacks its value or takes none. */
export function parseFlags<Name extends string>(args: readonly string[], flags: Readonly<Record<Name, Flag>>): Parsed<Name> {
  const options = Object.fromEntries(
    Object.entries<Flag>(flags).map(([name, { value }]) => [
      name,
      value === undefined ? { type: "boolean" as const } : { type: "string" as const, multiple: true },
    ]),
  );
  const { tokens, positionals } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const flag = Object.entries<Flag>(flags).find(([name]) => name === token.name)?.[1];
    if (flag === undefined) throw new UsageError(unknownFlag(token.rawName, Object.keys(flags)));
    const { value, rawName } = token;
    if (flag.value === undefined && value !== undefined) throw new UsageError(`${rawName} takes no value; write it alone.`);
    // Otherwise `--out --lang es` would write to a file called --lang.
    const missing = flag.value !== undefined && (value === undefined || value === "" || (!token.inlineValue && value.startsWith("--")));
    if (missing) throw new UsageError(`${rawName} needs a value: ${rawName} ${flag.value}`);
    given.set(token.name, [...(given.get(token.name) ?? []), value ?? ""]);
  }
  return { positionals, has: (name) => given.has(name), get: (name) => given.get(name)?.at(-1), all: (name) => given.get(name) ?? [] };
}

function unknownFlag(rawName: string, names: readonly string[]): string {
  const guess = nearest(rawName.replace(/^-+/, ""), names);
  return `${rawName} is not an option.${guess === undefined ? "" : ` Did you mean --${guess}?`}`;
}

/** The options as two columns of help. */
export function describeFlags(flags: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries(flags).map(([name, { value, help }]) => ({ left: `--${name}${value === undefined ? "" : ` ${value}`}`, help }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return rows.map(({ left, help }) => `  ${left.padEnd(width)}${help}`).join("\n");
}
