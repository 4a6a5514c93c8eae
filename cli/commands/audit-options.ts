import type { CreateAuditInput } from "../../shared/audits/index.ts";
import { type Language, languages } from "../../shared/platform/index.ts";
import { addressOf, refuseCredentials, serverAddressOf } from "../address.ts";
import type { BudgetOptions } from "../budget/budget.ts";
import { UsageError } from "../errors.ts";
import { isSameFile } from "../files/same-file.ts";
import { choiceOf, numberOf, wholeNumberOf } from "../flag-values.ts";
import { describeFlags, type Flag, type Parsed, parseFlags } from "../flags.ts";
import { formats, type Output, outputsOf } from "../reports/outputs.ts";
import type { AccountOptions } from "../sign-in/account.ts";
import { checkedInput } from "./audit-input.ts";

const flags = {
  "max-pages": { value: "N", help: "Fetch at most N pages (default 100)" },
  "max-depth": { value: "N", help: "Go at most N clicks from the start page" },
  include: { value: "GLOB", help: "Fetch only paths that match; may be given several times" },
  exclude: { value: "GLOB", help: "Leave out paths that match; may be given several times" },
  rate: { value: "N", help: "Requests a second (default 2; no pause for sites on this machine)" },
  header: { value: "'Name: value'", help: "Send a header to the audited site; may be given several times" },
  "user-agent": { value: "TEXT", help: "Send this User-Agent" },
  "no-robots": { help: "Ignore robots.txt (only for sites on this machine, and those that the workspace on the server verified)" },
  budget: { value: "FILE", help: "Exit with 1 when a limit in this JSON file is missed (docs/ci.md)" },
  "fail-under": { value: "SCORE", help: "Exit with 1 when the overall score is lower (0-100); replaces minScore of the budget" },
  "max-errors": { value: "N", help: "Exit with 1 when there are more than N errors; replaces maxFindings.error of the budget" },
  baseline: { value: "FILE", help: "Count only findings that are not in this file; without limits of yours, a new error or warning exits with 1" },
  "write-baseline": { value: "FILE", help: "Write all findings to this file, for --baseline of later audits" },
  format: { value: "FORMAT", help: `${formats.slice(0, -1).join(", ")} or ${formats.at(-1)} (default: by the end of the file's name, else text)` },
  out: { value: "FILE", help: "Write the report to a file instead of standard output; - is standard output; given several times, text still goes there" },
  lang: { value: "LANG", help: "Language of the report: en or es (default en)" },
  server: { value: "URL", help: "Use an installation of Mentha instead of auditing from here (MENTHA_SERVER)" },
  key: { value: "KEY", help: "API key for the server; better given as MENTHA_KEY, or not at all after mentha login" },
  workspace: { value: "NAME", help: "Name or id of the workspace on the server, for people in several" },
  help: { help: "Show this help" },
} as const satisfies Record<string, Flag>;
type FlagName = keyof typeof flags;

export const help = `mentha audit: crawls a site, judges every page and says what to fix

Usage
  mentha audit <url> [options]

Options
${describeFlags(flags)}

Exit codes
  0    done, and within the budget
  1    a budget was missed (--budget, --fail-under, --max-errors, --baseline)
  2    the command line, the budget or the baseline is wrong, or a file cannot be written to; nothing was audited
  3    the site could not be audited, or a report or the baseline could not be written after it
  130  stopped with Ctrl-C

Examples
  mentha audit example.com
  mentha audit https://example.com/shop --include '/shop/**' --out report.html
  mentha audit localhost:3000 --fail-under 85 --max-errors 0
  mentha audit localhost:3000 --write-baseline mentha-baseline.json
  mentha audit localhost:3000 --baseline mentha-baseline.json --out report.sarif --out report.junit.xml
`;

export interface AuditOptions {
  readonly input: CreateAuditInput;
  readonly budget: BudgetOptions & { readonly file: string | undefined };
  readonly baseline: { readonly file: string | undefined; readonly writeTo: string | undefined };
  readonly outputs: readonly Output[];
  readonly language: Language;
  /** Absent: audit from this machine. */
  readonly server: AccountOptions | undefined;
}

/** Reads the arguments of `mentha audit`. Throws `UsageError`, which names the option and how to mend it. */
export function parseAuditOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): AuditOptions {
  const given = parseFlags<FlagName>(args, flags);
  const [address, extra] = given.positionals;
  if (address === undefined) throw new UsageError("Give an address to audit, such as: npx mentha audit example.com");
  for (const typed of given.positionals) refuseCredentials(typed);
  if (extra !== undefined) throw new UsageError(`Give only one address: "${extra}" is one too many. (Put quotes around patterns such as '/shop/**'.)`);
  refuseOneFileForTwo(given);
  return {
    input: inputOf(addressOf(address), given),
    budget: { file: given.get("budget"), failUnder: wholeNumberOf(given, "fail-under", 100), maxErrors: wholeNumberOf(given, "max-errors") },
    baseline: { file: given.get("baseline"), writeTo: given.get("write-baseline") },
    outputs: outputsOf(choiceOf(given, "format", formats), given.all("out")),
    language: choiceOf(given, "lang", languages) ?? "en",
    server: serverOf(given, env),
  };
}

function inputOf(url: string, given: Parsed<FlagName>): CreateAuditInput {
  return checkedInput({
    url,
    maxPages: wholeNumberOf(given, "max-pages"),
    maxDepth: wholeNumberOf(given, "max-depth"),
    include: [...given.all("include")],
    exclude: [...given.all("exclude")],
    requestsPerSecond: numberOf(given, "rate"),
    userAgent: given.get("user-agent"),
    headers: headersOf(given.all("header")),
    respectRobots: !given.has("no-robots"),
  });
}

/** A file is read or written for one purpose, but for a baseline that is brought up to date. Throws `UsageError` before one overwrites another. */
function refuseOneFileForTwo(given: Parsed<FlagName>): void {
  const names = (["budget", "baseline", "write-baseline", "out"] as const).flatMap((name) =>
    (name === "out" ? given.all(name) : [given.get(name) ?? []].flat()).map((file) => ({ option: `--${name}`, file })),
  );
  for (const [i, { option, file }] of names.entries()) {
    const earlier = names.slice(0, i).find((one) => isSameFile(one.file, file));
    if (earlier === undefined || (earlier.option === "--baseline" && option === "--write-baseline")) continue;
    throw new UsageError(earlier.option === option ? `${option}: ${file} is given twice` : `${earlier.option} and ${option} name the same file: ${file}`);
  }
}

function headersOf(lines: readonly string[]): Record<string, string> | undefined {
  if (lines.length === 0) return undefined;
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(":");
      if (colon < 1) throw new UsageError(`--header: write a name and a value, such as --header 'Authorization: Bearer …'`);
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    }),
  );
}

function serverOf(given: Parsed<FlagName>, env: Readonly<Record<string, string | undefined>>): AuditOptions["server"] {
  const server = given.get("server") ?? nonEmpty(env.MENTHA_SERVER);
  if (server !== undefined) return { server: serverAddressOf(server), key: given.get("key"), workspace: given.get("workspace") };
  const alone = (["key", "workspace"] as const).find((name) => given.has(name));
  if (alone !== undefined) throw new UsageError(`--${alone} is for a server: give --server URL too, or set MENTHA_SERVER.`);
  return undefined;
}

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
