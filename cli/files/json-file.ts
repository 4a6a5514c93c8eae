import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import { clip } from "../clip.ts";
import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { jsonFault } from "./json-fault.ts";

interface Advice {
  /** The option that named the file. */
  readonly option: string;
  /** A sentence for when there is no such file. */
  readonly missing: string;
}

/** More would hide the first ones; of complaints, and of unknown names in one of them. */
const mostShown = 10;

/** A baseline has some 60 bytes for a finding: room for several of each on every page of the largest audit. */
const maxBytes = 20_000_000;

/** The value in a JSON file, not yet checked. Throws `UsageError` with the file and, where it is not JSON, line and column. */
export async function readJson(file: string, { option, missing }: Advice): Promise<unknown> {
  const unreadable = (cause: unknown): never => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") throw new UsageError(`${option}: there is no ${file}. ${missing}`);
    throw new UsageError(`${option}: ${file} cannot be read (${cause instanceof Error ? cause.message : String(cause)})`);
  };
  // Before it is opened: a pipe could keep us waiting, and a device never ends.
  const found = await stat(file).catch(unreadable);
  if (!found.isFile()) throw new UsageError(`${option}: ${file} is not a plain file; give the name of one`);
  if (found.size > maxBytes) throw new UsageError(`${option}: ${file} is larger than ${maxBytes / 1_000_000} MB, so it is not the file that is meant`);
  const text = await readFile(file, "utf8").catch(unreadable);
  // Some editors of Windows put a byte order mark in front, which JSON.parse refuses.
  const json = text.replace(/^\ufeff/, "");
  try {
    return JSON.parse(json);
  } catch (thrown) {
    const fault = jsonFault(json);
    const where = fault === undefined ? clip(String(thrown), 200) : `line ${fault.line}, column ${fault.column}: expected ${fault.expected}`;
    throw new UsageError(`${option}: ${file} is not JSON. ${where}`, { cause: thrown });
  }
}

/** The value in the shape of the schema. Throws `UsageError` with a line for each thing that is wrong: the file, the path in it, what to write. */
export function checkedJson<T extends z.ZodType>(value: unknown, schema: T, file: string): z.output<T> {
  const parsed = parsedBy(schema, value, file);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const lines = issues.slice(0, mostShown).map((issue) => {
    const place = issue.path.map((part) => clip(String(part))).join(".");
    return [file, ...(place === "" ? [] : [place]), complaint(issue, value)].join(": ");
  });
  const rest = issues.length - lines.length;
  throw new UsageError([...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join("\n"));
}

/** As `safeParse`. Throws `UsageError` where zod runs out of stack over more than 100 000 mistakes. */
function parsedBy<T extends z.ZodType>(schema: T, value: unknown, file: string): z.ZodSafeParseResult<z.output<T>> {
  try {
    return schema.safeParse(value);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    throw new UsageError(`${file}: there are more mistakes in it than can be told`, { cause: thrown });
  }
}

/**
 * An object with these names only; where it has another one, the complaint says which was probably meant, and after `listedAs`,
 * such as "Categories that may be given", all of them.
 */
export function strictNames<T extends z.ZodRawShape>(shape: T, listedAs?: string): z.ZodObject<T, z.core.$strict> {
  const known = Object.keys(shape);
  const all = listedAs === undefined ? "" : ` ${listedAs}: ${known.join(", ")}.`;
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `${unknownNames(issue.keys, known)}${all}` : "write an object in braces"),
  });
}

function unknownNames(names: readonly string[], known: readonly string[]): string {
  const rest = names.length - mostShown;
  return [...names.slice(0, mostShown).map((name) => unknownName(name, known)), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(" ");
}

function unknownName(name: string, known: readonly string[]): string {
  const guess = nearest(name, known);
  return `"${clip(name)}" is not known.${guess === undefined ? "" : ` Did you mean "${guess}"?`}`;
}

/** What the schema asks for, and what is there instead. */
const complaint = ({ code, message, path }: z.core.$ZodIssue, value: unknown): string =>
  code === "unrecognized_keys" ? message : `${message}, not ${shown(valueAt(value, path))}`;

/** Looked up rather than reported by zod, which would write out the whole of it first, however deep it is. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, part) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, part) : undefined), value);
}

/** A wrong value, short enough for a sentence. */
function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0 ? "{}" : "an object";
  return typeof value === "string" ? `"${clip(value)}"` : JSON.stringify(value);
}
