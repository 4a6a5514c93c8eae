import type { CreateAuditInput } from "../../shared/audits/index.ts";
import { type Language, languages } from "../../shared/audits/index.ts";
import { addressOf, refuseCredentials } from "../address.ts";
import type { Budget } from "../budget.ts";
import { UsageError } from "../errors.ts";
import { describeFlags, type Flag, type Parsed, parseFlags } from "../flags.ts";
import { checkedInput } from "./audit-input.ts";

const flags = {
  "max-pages": { value: "N", help: "Fetch at most N pages (default 100)" },
  "max-depth": { value: "N", help: "Go at most N clicks from the start page" },
  include: { value: "GLOB", help: "Fetch only paths that match; may be given several times" },
  exclude: { value: "GLOB", help: "Leave out paths that match; may be given several times" },
  rate: { value: "N", help: "Requests a second (default 2; no pause for sites on this machine)" },
  header: { value: "'Name: value'", help: "Send a header to the audited site; may be given several times" },
  "user-agent": { value: "TEXT", help: "Send this User-Agent" },
  "no-robots": { help: "Ignore robots.txt (only for sites on this machine)" },
  "fail-under": { value: "SCORE", help: "Exit with 1 when the overall score is lower (0-100)" },
  "max-errors": { value: "N", help: "Exit with 1 when there are more than N errors" },
  format: { value: "FORMAT", help: "text, json or html (default text)" },
  out: { value: "FILE", help: "Write the report to a file instead of standard output" },
  lang: { value: "LANG", help: "Language of the report: en or es (default en)" },
  server: { value: "URL", help: "Use an installation of Mentha instead of auditing from here (MENTHA_SERVER)" },
  key: { value: "KEY", help: "API key for the server; better given as MENTHA_KEY" },
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
  1    a budget was missed (--fail-under, --max-errors)
  2    the command line is wrong
  3    the site could not be audited, or the report could not be written
  130  stopped with Ctrl-C

Examples
  mentha audit example.com
  mentha audit https://example.com/shop --include '/shop/**' --format html --out report.html
  mentha audit localhost:3000 --fail-under 85 --max-errors 0
`;

const formats = ["text", "json", "html"] as const;
type Format = (typeof formats)[number];

export interface AuditOptions {
  readonly input: CreateAuditInput;
  readonly budget: Budget;
  readonly format: Format;
  /** Standard output when absent. */
  readonly out: string | undefined;
  readonly language: Language;
  /** Absent: audit from this machine. */
  readonly server: { readonly url: string; readonly key: string } | undefined;
}

/** Reads the arguments of `mentha audit`. Throws `UsageError`, which names the option and how to mend it. */
export function parseAuditOptions(args: readonly string[], env: Readonly<Record<string, string | undefined>>): AuditOptions {
  const given = parseFlags<FlagName>(args, flags);
  const [address, extra] = given.positionals;
  if (address === undefined) throw new UsageError("Give an address to audit, such as: mentha audit example.com");
  for (const typed of given.positionals) refuseCredentials(typed);
  if (extra !== undefined) throw new UsageError(`Give only one address: "${extra}" is one too many. (Put quotes around patterns such as '/shop/**'.)`);
  return {
    input: inputOf(addressOf(address), given),
    budget: { failUnder: wholeNumber(given, "fail-under", 100), maxErrors: wholeNumber(given, "max-errors") },
    format: oneOf(given, "format", formats) ?? "text",
    out: given.get("out"),
    language: oneOf(given, "lang", languages) ?? "en",
    server: serverOf(given, env),
  };
}

function inputOf(url: string, given: Parsed<FlagName>): CreateAuditInput {
  return checkedInput({
    url,
    maxPages: wholeNumber(given, "max-pages"),
    maxDepth: wholeNumber(given, "max-depth"),
    include: [...given.all("include")],
    exclude: [...given.all("exclude")],
    requestsPerSecond: number(given, "rate"),
    userAgent: given.get("user-agent"),
    headers: headersOf(given.all("header")),
    respectRobots: !given.has("no-robots"),
  });
}

function number(given: Parsed<FlagName>, name: FlagName): number | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new UsageError(`--${name}: "${text}" is not a number. Write for example --${name} 5`);
  return Number(text);
}

function wholeNumber(given: Parsed<FlagName>, name: FlagName, most = Number.MAX_SAFE_INTEGER): number | undefined {
  const value = number(given, name);
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || value < 0) throw new UsageError(`--${name}: ${given.get(name)} is not a whole number of 0 or more`);
  if (value > most) throw new UsageError(`--${name}: must be at most ${most}`);
  return value;
}

function oneOf<T extends string>(given: Parsed<FlagName>, name: FlagName, choices: readonly T[]): T | undefined {
  const text = given.get(name);
  if (text === undefined) return undefined;
  const choice = choices.find((one) => one === text);
  if (choice === undefined) throw new UsageError(`--${name}: "${text}" is not one of ${choices.join(", ")}`);
  return choice;
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
  if (server === undefined) {
    if (given.has("key")) throw new UsageError("--key is for a server: give --server URL too, or set MENTHA_SERVER.");
    return undefined;
  }
  const key = given.get("key") ?? nonEmpty(env.MENTHA_KEY);
  if (key === undefined) throw new UsageError("--server needs an API key: set MENTHA_KEY, or give --key KEY.");
  refuseCredentials(server, "--server takes no user and password; the key is enough.");
  return { url: addressOf(server), key };
}

const nonEmpty = (text: string | undefined): string | undefined => (text === "" ? undefined : text);
