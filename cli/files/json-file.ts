import { readFile } from "node:fs/promises";
import { z } from "zod";
import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { jsonFault } from "./json-fault.ts";

interface Advice {
  /** The option that named the file. */
  readonly option: string;
  /** A sentence for when there is no such file. */
  readonly missing: string;
}

/** More would hide the first ones. */
const complaintsShown = 10;

/** The value in a JSON file, not yet checked. Throws `UsageError` with the file and, where it is not JSON, line and column. */
export async function readJson(file: string, { option, missing }: Advice): Promise<unknown> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") throw new UsageError(`${option}: there is no ${file}. ${missing}`);
    throw new UsageError(`${option}: ${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)})`);
  });
  // Some editors of Windows put a byte order mark in front, which JSON.parse refuses.
  const json = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(json);
  } catch (thrown) {
    const fault = jsonFault(json);
    const where = fault === undefined ? String(thrown) : `line ${fault.line}, column ${fault.column}: expected ${fault.expected}`;
    throw new UsageError(`${option}: ${file} is not JSON. ${where}`, { cause: thrown });
  }
}

/** The value in the shape of the schema. Throws `UsageError` with a line for each thing that is wrong: the file, the path in it, what to write. */
export function checkedJson<T extends z.ZodType>(value: unknown, schema: T, file: string): z.output<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => [file, ...(issue.path.length === 0 ? [] : [issue.path.join(".")]), complaint(issue)].join(": "));
  const rest = lines.length - complaintsShown;
  throw new UsageError([...lines.slice(0, complaintsShown), ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n"));
}

/** An object with these names only; where it has another one, the complaint says which was probably meant. */
export function strictNames<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? issue.keys.map((key) => unknownName(key, known)).join(" ") : "write an object in braces"),
  });
}

function unknownName(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  return `"${name}" is not known.${guess === undefined ? "" : ` Did you mean "${guess}"?`}`;
}

/** What the schema asks for, and what is there instead. */
const complaint = ({ code, message, input }: z.core.$ZodIssue): string => (code === "unrecognized_keys" ? message : `${message}, not ${shown(input)}`);

/** A wrong value, short enough for a sentence. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
