import { type Action, actions, exportFormats, type LogExportQuery, type LogFilters } from "../../shared/audit-log/index.ts";
import { idPattern } from "../../shared/platform/index.ts";
import { sinceOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { choiceOf, numberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { nearest } from "../nearest.ts";
import { refuseExtra } from "../sign-in/account-flags.ts";

/** Which entries are meant; the names of the options are also in `cli/explain.ts`. */
export const filterFlags = {
  action: { value: "NAME", help: "Only what was done in this way, such as key.generate" },
  user: { value: "WHO", help: "Only what this person did, with their API keys too: an id, or the e-mail address of a member" },
  actor: { value: "ID", help: "Only what this session or API key did; a key also by its prefix" },
  target: { value: "ID", help: "Only what was done to this; a key by its prefix" },
  since: { value: "TIME", help: "Not before: 12h, 7d, or a day such as 2027-03-31 (UTC)" },
  until: { value: "TIME", help: "Before: the same" },
  installation: { help: "The log of what belongs to no workspace, for operators" },
} as const satisfies Record<string, Flag>;

const usualEntries = 50;
/** What a person looks at, and a table holds at once; an export has no end. */
const mostEntries = 10_000;

/** What to do with them. */
export const logFlags = {
  limit: { value: "NUMBER", help: `How many entries to show, ${mostEntries.toLocaleString("en")} at most (default: ${usualEntries})` },
  verify: { help: "Check that nothing was changed or taken out since it was sealed" },
  export: { value: "FORMAT", help: "Write all entries as csv or ndjson" },
  out: { value: "FILE", help: "Where --export writes to (default: standard output)" },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof filterFlags | keyof typeof logFlags;

/** What one line of `mentha log` asks for. */
export type LogTask =
  | ({ readonly kind: "list"; readonly limit: number } & Which)
  | { readonly kind: "verify" }
  | ({ readonly kind: "export"; readonly format: LogExportQuery["format"]; readonly file: string | undefined } & Which);

interface Which {
  readonly filters: LogFilters;
  /** Of the member who did it, when they are named so: a server knows them by their id. */
  readonly email: string | undefined;
}

/** Reads the options; `now` is in ms since 1970. Throws `UsageError`. */
export function logTaskOf(given: Parsed<FlagName>, now: number): LogTask {
  refuseExtra("log", given);
  const format = choiceOf(given, "export", exportFormats);
  const which = whichOf(given, now);
  if (given.has("verify")) {
    if (format !== undefined) throw new UsageError("Give either --verify or --export.");
    if (Object.keys(which.filters).length > 0 || which.email !== undefined || given.has("limit"))
      throw new UsageError("--verify looks at the whole log; leave out what would narrow it.");
    return { kind: "verify" };
  }
  const file = given.get("out");
  if (format !== undefined) {
    if (given.has("limit")) throw new UsageError("--export writes all entries; leave out --limit, or narrow it with --since.");
    return { kind: "export", ...which, format, file };
  }
  if (file !== undefined) throw new UsageError("--out goes with --export csv or --export ndjson.");
  return { kind: "list", ...which, limit: limitOf(given) };
}

function limitOf(given: Parsed<FlagName>): number {
  const limit = numberOf(given, "limit") ?? usualEntries;
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostEntries) return limit;
  throw new UsageError(`--limit: ${given.get("limit")} is not a whole number from 1 to ${mostEntries}; --export writes all entries`);
}

const userId = idPattern("user");

function whichOf(given: Parsed<FlagName>, now: number): Which {
  const user = given.get("user");
  const filters = filtersOf(given, now);
  if (user === undefined) return { filters, email: undefined };
  if (userId.test(user)) return { filters: { ...filters, userId: user }, email: undefined };
  if (user.includes("@")) return { filters, email: user };
  throw new UsageError(`--user: "${user}" is neither an id (usr_ and 26 characters) nor an e-mail address of a member`);
}

function filtersOf(given: Parsed<FlagName>, now: number): LogFilters {
  const [action, actorId, targetId] = [actionOf(given), given.get("actor"), given.get("target")];
  const [since, until] = [given.get("since"), given.get("until")];
  return {
    ...(action === undefined ? {} : { action }),
    ...(actorId === undefined ? {} : { actorId }),
    ...(targetId === undefined ? {} : { targetId }),
    ...(since === undefined ? {} : { from: sinceOf("--since", since, now) }),
    ...(until === undefined ? {} : { to: sinceOf("--until", until, now) }),
  };
}

function actionOf(given: Parsed<FlagName>): Action | undefined {
  const text = given.get("action");
  if (text === undefined) return undefined;
  const action = actions.find((name) => name === text);
  if (action !== undefined) return action;
  const guess = nearest(text, actions);
  throw new UsageError(
    `--action: "${text}" is nothing that the log tells of. ${guess === undefined ? `It tells of ${actions.join(", ")}` : `Did you mean ${guess}?`}`,
  );
}
