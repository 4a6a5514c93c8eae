import { z } from "zod";
import { UsageError } from "../errors.ts";
import { checkedJson, readJson, strictNames } from "../files/json-file.ts";
import { type SeenFinding, wholeSite } from "../findings.ts";

/** Raised when files that were written before can no longer be read as they are. */
const formatVersion = 1;

/** The file of `--write-baseline` and `--baseline`: every finding of an audit, so that a later one can tell which are new. */
export const BaselineFile = strictNames({
  $schema: z.string("write the address of this schema").optional().describe("Where editors find this schema"),
  formatVersion: z.literal(formatVersion, `write ${formatVersion}`).describe("Of this file"),
  site: z.string("write the address of the audited site").max(4_096).describe("The address that was audited. A baseline fits every host of the same site"),
  writtenAt: z.iso.datetime("write a time such as 2026-11-22T09:30:00.000Z").describe("When the audit ended, in UTC"),
  rules: z
    .record(z.string(), z.array(z.string("write the path of a page, or *"), "write a list of pages"), "write an object in braces")
    .describe(`Per rule the pages with a finding, by path and query; pages of another origin by their whole address, \`${wholeSite}\` for the site as a whole`),
}).meta({
  title: "Baseline of mentha audit",
  description: "Findings that are known: `mentha audit --baseline` counts only others. Made by `--write-baseline`.",
});
export type BaselineFile = z.infer<typeof BaselineFile>;

/** What is in the file may be anything, and dear to somebody: no advice is to write over it. */
const another = "Check the name. To make a baseline in another file: npx mentha audit <url> --write-baseline FILE";

/** Asked before an audit whose baseline goes to a file that is there. Throws `UsageError` unless it is a baseline: nothing else may be overwritten. */
export async function checkIsBaseline(file: string): Promise<void> {
  try {
    await readBaseline(file);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    throw new UsageError(`--write-baseline: ${file} exists and is not a baseline that can be used, so it is not overwritten. Give another name.`, {
      cause: thrown,
    });
  }
}

/** Reads the file of `--baseline`. Throws `UsageError`, which says what to do. */
export async function readBaseline(file: string): Promise<BaselineFile> {
  const value = await readJson(file, { option: "--baseline", missing: `Make it with: npx mentha audit <url> --write-baseline ${file}` });
  const stated = z.object({ formatVersion: z.number() }).safeParse(value);
  if (stated.success && stated.data.formatVersion !== formatVersion) {
    throw new UsageError(`--baseline: ${file} has format version ${stated.data.formatVersion}, and this mentha reads version ${formatVersion}. ${another}`);
  }
  try {
    return checkedJson(value, BaselineFile, file);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    throw new UsageError(`--baseline: this is not a baseline that can be used.\n${thrown.message}\n${another}`, { cause: thrown });
  }
}

/** What is known of the audit's site from now on; in an order of its own, so that two versions can be compared line by line. */
export function baselineOf(audit: { readonly url: string; readonly finishedAt: number | null }, findings: readonly SeenFinding[], now: number): BaselineFile {
  const byRule = Map.groupBy(findings, ({ ruleId }) => ruleId);
  return {
    formatVersion,
    site: audit.url,
    writtenAt: new Date(audit.finishedAt ?? now).toISOString(),
    rules: Object.fromEntries(
      [...byRule].sort(([a], [b]) => inOrder(a, b)).map(([id, some]) => [id, [...new Set(some.map(({ page }) => page))].sort(inOrder)]),
    ),
  };
}

/** The same on every machine, unlike an order of words in a language. */
const inOrder = (a: string, b: string): number => (a < b ? -1 : 1);

/** One page on a line, so that a pull request shows which came and went. */
export const baselineText = (baseline: BaselineFile): string => `${JSON.stringify(baseline, null, 2)}\n`;
