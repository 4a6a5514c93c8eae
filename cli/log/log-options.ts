import { type Action, actions, exportFormats, type LogExportQuery, type LogFilters } from "../../shared/audit-log/index.ts";
import { sinceOf } from "../duration.ts";
import { UsageError } from "../errors.ts";
import { choiceOf, wholeNumberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { nearest } from "../nearest.ts";

/** Which entries are meant; the names of the options are also in `cli/explain.ts`. */
export const filterFlags = {
  action: { value: "NAME", help: "Only what was done in this way, such as key.generate" },
  user: { value: "ID", help: "Only what this person did, with their API keys too" },
  actor: { value: "ID", help: "Only what this session or API key did" },
  target: { value: "ID", help: "Only what was done to this" },
  since: { value: "TIME", help: "Not before: 12h, 7d, or a day such as 2027-03-31 (UTC)" },
  until: { value: "TIME", help: "Before: the same" },
  installation: { help: "The log of what belongs to no workspace, for operators" },
} as const satisfies Record<string, Flag>;

/** What to do with them. */
export const logFlags = {
  limit: { value: "NUMBER", help: "How many entries to show (default: 50)" },
  verify: { help: "Check that nothing was changed or taken out since it was sealed" },
  export: { value: "FORMAT", help: "Write all entries as csv or ndjson" },
  out: { value: "FILE", help: "Where --export writes to (default: standard output)" },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof filterFlags | keyof typeof logFlags;

/** What one line of `mentha log` asks for. */
export type LogTask =
  | { readonly kind: "list"; readonly filters: LogFilters; readonly limit: number }
  | { readonly kind: "verify" }
  | { readonly kind: "export"; readonly filters: LogFilters; readonly format: LogExportQuery["format"]; readonly file: string | undefined };

const usualLimit = 50;

/** Reads the options; `now` is in ms since 1970. Throws `UsageError`. */
export function logTaskOf(given: Parsed<FlagName>, now: number): LogTask {
  const [extra] = given.positionals;
  if (extra !== undefined) throw new UsageError(`mentha log takes no "${extra}"; another server is named with --server`);
  const format = choiceOf(given, "export", exportFormats);
  const filters = filtersOf(given, now);
  if (given.has("verify")) {
    if (format !== undefined) throw new UsageError("Give either --verify or --export.");
    if (Object.keys(filters).length > 0 || given.has("limit")) throw new UsageError("--verify looks at the whole log; leave out what would narrow it.");
    return { kind: "verify" };
  }
  const file = given.get("out");
  if (format !== undefined) {
    if (given.has("limit")) throw new UsageError("--export writes all entries; leave out --limit, or narrow it with --since.");
    return { kind: "export", filters, format, file };
  }
  if (file !== undefined) throw new UsageError("--out goes with --export csv or --export ndjson.");
  return { kind: "list", filters, limit: wholeNumberOf(given, "limit") ?? usualLimit };
}

function filtersOf(given: Parsed<FlagName>, now: number): LogFilters {
  const [action, userId, actorId, targetId] = [actionOf(given), given.get("user"), given.get("actor"), given.get("target")];
  const [since, until] = [given.get("since"), given.get("until")];
  return {
    ...(action === undefined ? {} : { action }),
    ...(userId === undefined ? {} : { userId }),
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
