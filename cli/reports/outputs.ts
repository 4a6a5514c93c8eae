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
  const named = files.filter((file) => file !== standardOutput);
  const [only] = named;
  if (only === undefined) return [{ format: format ?? "text", file: undefined }];
  if (files.length === 1) return [{ format: agreed(format, only), file: only }];
  if (format !== undefined) throw new UsageError("--format is for one report; with several --out the end of each file's name says its format.");
  return [...named.map((file) => ({ format: formatOf(file), file })), { format: "text", file: undefined }];
}

/** As a file's name, by the custom of Unix commands. */
const standardOutput = "-";

/** A name that says another format than was asked for would mislead whoever opens the file. Throws `UsageError`. */
function agreed(format: Format | undefined, file: string): Format {
  if (format === undefined) return formatOf(file);
  const stated = statedBy(file);
  if (stated === undefined || stated === format) return format;
  const fitting = formatOfEnding.filter(([, one]) => one === format).map(([ending]) => ending);
  throw new UsageError(
    `--format asks for ${format}, but the end of ${file} says ${stated}. Leave out --format, or let the name end with ${fitting.join(" or ")}.`,
  );
}

const statedBy = (file: string): Format | undefined => formatOfEnding.find(([ending]) => file.toLowerCase().endsWith(ending))?.[1];

/** A name without an extension says nothing, as that of `/dev/stdout`: it gets text. */
function formatOf(file: string): Format {
  const stated = statedBy(file);
  if (stated !== undefined) return stated;
  if (extname(file) === "") return "text";
  const endings = formatOfEnding.map(([ending]) => ending).join(", ");
  throw new UsageError(`--out: the end of ${file} says no format. Let it end with one of ${endings}, or give one --out with --format.`);
}
