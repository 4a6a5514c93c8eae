import { z } from "zod";
import type { LogEntry } from "../../shared/audit-log/index.ts";
import { clip } from "../clip.ts";
import { timeText } from "../table.ts";

/** UTF-16 units that all of a change has together: it is the last column of a line, and `--json` has it whole. */
const maxLength = 80;

const Refused = z.object({ code: z.string(), count: z.number() });

/** What an entry tells of before and after, in one short line; empty for an entry that tells nothing. */
export function changeText({ action, before, after, isErased }: Pick<LogEntry, "action" | "before" | "after" | "isErased">): string {
  if (before === null && after === null) return isErased ? "(erased)" : "";
  const refused = action === "request.refuse" ? Refused.safeParse(after).data : undefined;
  if (refused !== undefined) return clip(`${refused.code}, ${refused.count === 1 ? "once" : `${refused.count} times`}`, maxLength);
  const text = before === null || after === null ? stateText(before ?? after ?? {}) : editText(before, after);
  return clip(after === null ? `was ${text}` : text, maxLength);
}

type Values = Readonly<Record<string, unknown>>;

/** What was made or taken away, without what is empty of it. */
const stateText = (values: Values): string =>
  Object.entries(values)
    .flatMap(([name, value]) => (isNothing(value) ? [] : [`${name}: ${valueText(name, value)}`]))
    .join("; ");

const editText = (before: Values, after: Values): string =>
  namesOf(before, after)
    .map((name) => `${name}: ${Object.hasOwn(before, name) ? fromTo(name, before[name], after[name]) : valueText(name, after[name])}`)
    .join("; ");

function fromTo(name: string, before: unknown, after: unknown): string {
  if (isList(before) && isList(after)) {
    const [lost, gained] = [before.filter((item) => !after.includes(item)), after.filter((item) => !before.includes(item))];
    if (lost.length + gained.length > 0) return [...gained.map((item) => `+${itemText(item)}`), ...lost.map((item) => `-${itemText(item)}`)].join(" ");
  }
  if (isRecord(before) && isRecord(after)) {
    // A limit that a key has no number for is not gone: it is as everybody's.
    const absent = name === "limits" ? "usual" : "none";
    const part = (values: Values, of: string): string => (Object.hasOwn(values, of) ? itemText(values[of]) : absent);
    const changed = namesOf(before, after).filter((of) => part(before, of) !== part(after, of));
    if (changed.length > 0) return changed.map((of) => `${of} ${part(before, of)} → ${part(after, of)}`).join(", ");
  }
  return `${valueText(name, before)} → ${valueText(name, after)}`;
}

function valueText(name: string, value: unknown): string {
  const isTime = /At$|^(?:from|to)$/.test(name);
  if (isTime && isMoment(value)) return timeText(value);
  if (isTime && value === null) return "never";
  if (isNothing(value)) return "none";
  if (isList(value)) return value.map(itemText).join(" ");
  if (!isRecord(value)) return itemText(value);
  return Object.entries(value)
    .map(([part, item]) => `${part} ${itemText(item)}`)
    .join(", ");
}

/** One value of a list or a record; what has parts of its own would be no short line. */
function itemText(value: unknown): string {
  if (value === null || value === undefined) return "none";
  if (typeof value === "string") return clip(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "…";
}

const namesOf = (before: Values, after: Values): string[] => [...new Set([...Object.keys(before), ...Object.keys(after)])];
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isRecord = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);
const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (typeof value === "object" && Object.keys(value).length === 0);
/** What a `Date` can hold; a server may send any number. */
const isMoment = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= 8.64e15;
