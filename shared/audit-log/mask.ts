/** Stands where a secret stood. */
const hidden = "***";

/** Names of what is never told. Verbs leave it out by themselves; this is the net under them. Not of numbers, such as how many API keys: those are below. */
const secretName = /passw|passphrase|secret|token|authori[sz]ation|cookie|credential|hash|private|signature|api[-_]?key|^(?:key|otp|pin|salt)$/i;

/** Of these a number is a secret as well. */
const secretNumber = /^(?:otp|pin)$/i;

/** Names of whose values only the names are told, such as what a site is asked with. */
const namesOnly = /^(?:request)?headers$/i;

/** Texts that are a secret whatever they are called: API keys, JSON Web Tokens, and what follows `Bearer` or `Basic`. */
const secretText = /mk_(?:live|test)_[0-9A-Za-z]{49}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?<=\b(?:bearer|basic)\s)\S+/gi;

const maxDepth = 6;
const maxItems = 100;
const maxTextLength = 1_000;
/** Characters of JSON that before and after have together; a cell of a spreadsheet takes 32,767. */
const maxLength = 16_000;

export interface Details {
  readonly before?: unknown;
  readonly after?: unknown;
}

/**
 * What an entry tells of a change: secrets are masked by their names and by what they look like, and long texts, lists and depths are cut, with `…` where
 * something is missing. Null when there is nothing to tell.
 */
export function toldOf({ before, after }: Details): Details | null {
  const told = { ...(before === undefined ? {} : { before: masked(before, 1) }), ...(after === undefined ? {} : { after: masked(after, 1) }) };
  if (Object.keys(told).length === 0) return null;
  return JSON.stringify(told).length <= maxLength ? told : namesOf(told);
}

/** Of what is too long as a whole, only what it is that changed. */
function namesOf(told: Details): Details {
  const names = (value: unknown): unknown => (isRecord(value) ? Object.fromEntries(Object.keys(value).map((name) => [name, "…"])) : "…");
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [name, names(value)]));
}

/** A text without the secrets in it. */
export const maskText = (text: string): string => text.replace(secretText, hidden);

function masked(value: unknown, depth: number): unknown {
  if (typeof value === "string") return cut(maskText(value));
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? String(value) : value;
  if (depth > maxDepth) return "…";
  if (Array.isArray(value)) return cutList(value.map((item) => masked(item, depth + 1)));
  return maskedRecord(value, depth);
}

function maskedRecord(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value);
  const told = entries.slice(0, maxItems).map(([name, item]) => [cut(name).slice(0, 100), toldAs(name, item, depth)]);
  return Object.fromEntries(entries.length > maxItems ? [...told, ["…", entries.length - maxItems]] : told);
}

/** Nothing, yes and no are not secrets: that there is a password may be told. Nor is a number: how many sign-ins are allowed. */
function toldAs(name: string, item: unknown, depth: number): unknown {
  if (item === null || item === undefined || typeof item === "boolean") return item;
  if (typeof item === "number" && !secretNumber.test(name)) return item;
  if (namesOnly.test(name))
    return isRecord(item)
      ? Object.fromEntries(
          Object.keys(item)
            .slice(0, maxItems)
            .map((each) => [each, hidden]),
        )
      : hidden;
  return secretName.test(name) ? hidden : masked(item, depth + 1);
}

const cut = (text: string): string => (text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text);

const cutList = (items: readonly unknown[]): unknown[] => (items.length > maxItems ? [...items.slice(0, maxItems), "…"] : [...items]);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
