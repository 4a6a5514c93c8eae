import { type NotificationType, notificationTypes } from "../../shared/notifications/index.ts";
import { type Language, languages } from "../../shared/platform/index.ts";
import { UsageError } from "../errors.ts";
import { choiceOf, numberOf } from "../flag-values.ts";
import type { Flag, Parsed } from "../flags.ts";
import { refuseExtra } from "../sign-in/account-flags.ts";

const usualCount = 50;
/** As many as an inbox holds. */
const mostCount = 1_000;

/** What to show, and what to do with it. */
export const inboxFlags = {
  unread: { help: "Only those that are unread" },
  limit: { value: "NUMBER", help: `How many to show, ${mostCount.toLocaleString("en")} at most (default: ${usualCount})` },
  "mark-read": { help: "Mark everything up to the newest that is shown as read" },
  lang: { value: "LANG", help: "Language of the texts: en or es (default en)" },
} as const satisfies Record<string, Flag>;

/** What to be told, and where. */
export const preferenceFlags = {
  preferences: { help: "Show of what you are told, and where" },
  "email-on": { value: "TYPE", help: "Send an e-mail of each of this type from now on, such as audit.failed" },
  "email-off": { value: "TYPE", help: "Send none any more" },
} as const satisfies Record<string, Flag>;

type FlagName = keyof typeof inboxFlags | keyof typeof preferenceFlags;

const isInboxFlag = (name: string): name is keyof typeof inboxFlags => Object.hasOwn(inboxFlags, name);

/** What one line of `mentha inbox` asks for. */
export type InboxTask =
  | { readonly kind: "list"; readonly unread: boolean; readonly limit: number; readonly marksRead: boolean; readonly language: Language | undefined }
  | { readonly kind: "preferences"; readonly changes: readonly { readonly type: NotificationType; readonly email: boolean }[] };

/** Reads the options. Throws `UsageError`. */
export function inboxTaskOf(given: Parsed<FlagName>): InboxTask {
  refuseExtra("inbox", given);
  const changes = [...changesOf(given, "email-on", true), ...changesOf(given, "email-off", false)];
  if (changes.length > 0 || given.has("preferences")) {
    const other = Object.keys(inboxFlags).find((name) => isInboxFlag(name) && given.has(name));
    if (other !== undefined) throw new UsageError(`--${other} is about what is in the inbox; ask for what comes into it in a line of its own.`);
    if (new Set(changes.map(({ type }) => type)).size < changes.length) throw new UsageError("Name each type once.");
    return { kind: "preferences", changes };
  }
  const language = choiceOf(given, "lang", languages);
  return { kind: "list", unread: given.has("unread"), limit: limitOf(given), marksRead: given.has("mark-read"), language };
}

const changesOf = (given: Parsed<FlagName>, name: "email-on" | "email-off", email: boolean) =>
  given.all(name).map((text) => ({ type: typeOf(name, text), email }));

function typeOf(name: string, text: string): NotificationType {
  const type = notificationTypes.find((each) => each === text);
  if (type === undefined) throw new UsageError(`--${name}: "${text}" is not one of ${notificationTypes.join(", ")}`);
  return type;
}

function limitOf(given: Parsed<FlagName>): number {
  const limit = numberOf(given, "limit") ?? usualCount;
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostCount) return limit;
  throw new UsageError(`--limit: ${given.get("limit")} is not a whole number from 1 to ${mostCount}`);
}
