import { z } from "zod";
import type { FieldError } from "../../shared/platform/index.ts";

const namesOfTypes: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const units: Readonly<Record<string, string>> = { string: "character", array: "item" };
const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 20 });

function amount(count: number | bigint, origin: string): string {
  const unit = units[origin];
  const written = grouped.format(count);
  return unit === undefined ? written : `${written} ${unit}${Number(count) === 1 ? "" : "s"}`;
}

const oneOf = (values: readonly z.core.util.Primitive[]): string => `Use ${values.length === 1 ? "" : "one of "}${values.join(", ")}`;

/**
 * What is wrong with a value, in plain words. Undefined leaves it to zod; a message written in a schema wins over both.
 * Set once as zod's `customError`.
 */
export const describeIssue: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? `${String(issue.path?.at(-1) ?? "This")} is required`
        : `This must be ${namesOfTypes[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `Use ${issue.inclusive === false ? "more than" : "at least"} ${amount(issue.minimum, issue.origin)}`;
    case "too_big":
      return `Use ${issue.inclusive === false ? "less than" : "at most"} ${amount(issue.maximum, issue.origin)}`;
    case "invalid_value":
      return oneOf(issue.values);
    case "invalid_union":
      return issue.inclusive !== false && issue.options !== undefined ? oneOf(issue.options) : undefined;
    case "invalid_format":
      return issue.format === "regex" ? "This does not have the expected form" : undefined;
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return undefined;
    case "unrecognized_keys":
      return unknownField(issue.inst);
  }
};

/** Entries of `errors` in an answer: nobody mends more at once, and a body of nothing but mistakes must not get a longer answer. */
export const maxFieldErrors = 100;

/**
 * Zod's issues as `errors` of a problem; `root` says where the values came from, such as `body`.
 * Of more than `maxFieldErrors` the last entry says how many are left out.
 */
export function fieldErrors(root: string, issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const total = issues.reduce((count, issue) => count + (issue.code === "unrecognized_keys" ? issue.keys.length : 1), 0);
  const shown = total > maxFieldErrors ? maxFieldErrors - 1 : total;
  const errors: FieldError[] = [];
  for (const issue of issues) {
    if (errors.length >= shown) break;
    errors.push(...errorsOf(root, issue, shown - errors.length));
  }
  if (shown < total) errors.push({ path: root, message: `${(total - shown).toLocaleString("en")} more values are not valid` });
  return errors;
}

function errorsOf(root: string, issue: z.core.$ZodIssue, most: number): FieldError[] {
  const at = pathText(root, issue.path);
  if (issue.code !== "unrecognized_keys") return [{ path: at, message: issue.message }];
  return issue.keys.slice(0, most).map((key) => ({ path: pathText(at, [key]), message: issue.message }));
}

/** Names what would have been right, where there is anything. */
function unknownField(schema: unknown): string {
  const known = schema instanceof z.core.$ZodObject ? Object.keys(schema._zod.def.shape) : [];
  return known.length === 0 ? "Unknown field" : `Unknown field; known are: ${known.join(", ")}`;
}

function pathText(root: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : `${text}.${String(part)}`), root).slice(0, 500);
}
