/** The one table of id prefixes: what an id names can be read from the id. */
const prefixes = {
  audit: "aud",
  broadcast: "brd",
  connection: "con",
  delivery: "dlv",
  event: "evt",
  finding: "fnd",
  invitation: "inv",
  job: "job",
  key: "key",
  logEntry: "log",
  mute: "mut",
  notification: "ntf",
  parked: "prk",
  project: "prj",
  report: "rpt",
  request: "req",
  schedule: "sch",
  scheduleRun: "scr",
  session: "ses",
  site: "sit",
  user: "usr",
  webhook: "whk",
  workspace: "wsp",
} as const;
export type IdKind = keyof typeof prefixes;

/** Crockford's base 32: no letter that reads like a digit, and its order is the order of the values. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const timeLength = 10;
const randomLength = 16;

/**
 * A new id such as `aud_01k9…`: prefix, 48 bits of time (ms, UTC), 80 random bits; ids of one kind sort by time.
 * The layout after the prefix is that of ULID (github.com/ulid/spec).
 */
export function newId(kind: IdKind, now: number = Date.now()): string {
  let random = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(randomLength))) random += alphabet.charAt(byte & 31);
  return `${idsSince(kind, now)}${random}`;
}

/** How ids begin that are made at a time: it sorts before them, and after all older ones of their kind. */
export function idsSince(kind: IdKind, time: number): string {
  let text = "";
  for (let rest = time, i = 0; i < timeLength; i++, rest = Math.floor(rest / 32)) text = alphabet.charAt(rest % 32) + text;
  return `${prefixes[kind]}_${text}`;
}

const isKind = (name: string): name is IdKind => Object.hasOwn(prefixes, name);
const kinds = Object.keys(prefixes).filter(isKind);

/** What an id names, by how it begins; undefined for a text that is no id. */
export const kindOf = (id: string): IdKind | undefined => kinds.find((kind) => id.startsWith(`${prefixes[kind]}_`));

/** A regular expression that matches whole ids of one kind, for schemas. */
export function idPattern(kind: IdKind): RegExp {
  return new RegExp(`^${prefixes[kind]}_[${alphabet}]{${timeLength + randomLength}}$`);
}

/** As `derivedId`, of a thing of a time: ids of one kind sort by it. Whoever derives it again gives the same time, in ms since 1970. */
export function derivedIdAt(kind: IdKind, time: number, bytes: Uint8Array): string {
  const since = idsSince(kind, time);
  return since + derivedId(kind, bytes).slice(since.length);
}

/** When an id was made that sorts by time, ms since 1970. */
export function timeOf(id: string): number {
  let time = 0;
  for (const letter of id.slice(id.indexOf("_") + 1).slice(0, timeLength)) time = time * 32 + alphabet.indexOf(letter);
  return time;
}

/** An id derived from its content (`bytes`, at least 16): the same content always gets the same id. */
export function derivedId(kind: IdKind, bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < timeLength + randomLength; i++) text += alphabet.charAt((bytes[i % bytes.length] ?? 0) & 31);
  return `${prefixes[kind]}_${text}`;
}
