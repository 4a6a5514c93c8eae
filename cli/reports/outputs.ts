import { extname } from "node:path";
import { UsageError } from "../errors.ts";

export const formats = ["text", "json", "html", "md", "csv", "sarif", "junit"] as const;
export type Format = (typeof formats)[number];

/** A report to write, and where. */
export interface Output {
  readonly format: Format;
  /** Standard output when absent. */
  readonly file: string | undefined;
}

/** By the end of a file's name; the first that fits. `.sarif.json` is the other name that SARIF 2.1.0 recommends (section 3.2). */
const formatOfEnding: readonly (readonly [ending: string, format: Format])[] = [
  [".sarif.json", "sarif"],
  [".sarif", "sarif"],
  [".json", "json"],
  [".html", "html"],
  [".htm", "html"],
  [".md", "md"],
  [".csv", "csv"],
  [".xml", "junit"],
  [".txt", "text"],
];

/**
 * Where each report goes: one to standard output, one to a file, or several to files and text to standard output, so that
 * a log of CI can be read beside them. Throws `UsageError`.
 */
export function outputsOf(format: Format | undefined, files: readonly string[]): readonly Output[] {
  const [only, ...more] = files;
  if (only === undefined) return [{ format: format ?? "text", file: undefined }];
  if (more.length === 0) return [{ format: format ?? formatOf(only), file: only }];
  if (format !== undefined) throw new UsageError("--format is for one report; with several --out the end of each file's name says its format.");
  return [...files.map((file) => ({ format: formatOf(file), file })), { format: "text", file: undefined }];
}

/** A name without an extension says nothing, as that of `/dev/stdout`: it gets text. */
function formatOf(file: string): Format {
  const known = formatOfEnding.find(([ending]) => file.toLowerCase().endsWith(ending));
  if (known !== undefined) return known[1];
  if (extname(file) === "") return "text";
  const endings = formatOfEnding.map(([ending]) => ending).join(", ");
  throw new UsageError(`--out: the end of ${file} says no format. Let it end with one of ${endings}, or give one --out with --format.`);
}
