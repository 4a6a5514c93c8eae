import type { LogEntry, LogVerification } from "../../shared/audit-log/index.ts";
import { table, timeText } from "../table.ts";
import { changeText } from "./change-text.ts";

/** Entries as a table. */
export function logTable(found: readonly LogEntry[]): string {
  return table(
    ["time", "who", "action", "target", "from", "what changed"],
    found.map((entry) => [timeText(entry.at), whoText(entry.actor), entry.action, entry.target.id, entry.client?.ip ?? "", changeText(entry)]),
  );
}

function whoText({ kind, id, key, user }: LogEntry["actor"]): string {
  const person = user === null ? undefined : (user.email ?? user.id);
  if (kind !== "key") return person ?? kind;
  const keyText = `key ${key?.prefix ?? id ?? ""}`;
  return person === undefined ? keyText : `${person} (${keyText})`;
}

/** What all parts of a check found together. */
export interface LogCheck {
  readonly holds: boolean;
  readonly sealed: number;
  readonly erased: number;
  readonly unsealed: number;
  readonly sealedAt: number | null;
  readonly problems: LogVerification["problems"];
}

export const emptyCheck: LogCheck = { holds: true, sealed: 0, erased: 0, unsealed: 0, sealedAt: null, problems: [] };

export const addPart = (sum: LogCheck, part: LogVerification): LogCheck => ({
  holds: sum.holds && part.holds,
  sealed: sum.sealed + part.sealed,
  erased: sum.erased + part.erased,
  unsealed: sum.unsealed + (part.unsealed ?? 0),
  sealedAt: part.sealedAt ?? sum.sealedAt,
  problems: [...sum.problems, ...part.problems],
});

/** What a check found, for a person. */
export function checkText({ holds, sealed, erased, unsealed, sealedAt, problems }: LogCheck): string {
  const erasure = erased === 0 ? "" : ` From ${entries(erased)} of these personal details were erased, which does not count as a change.`;
  const news = unsealed === 0 ? "" : ` ${entries(unsealed)} more ${unsealed === 1 ? "is" : "are"} too new to be sealed and checked.`;
  const last = sealedAt === null ? "" : ` The newest seal is of ${timeText(sealedAt)}.`;
  if (holds && sealed === 0) return unsealed === 0 ? "The log is empty: there is nothing to check.\n" : `No entry is sealed yet, so none was checked.${news}\n`;
  if (holds) return `${entries(sealed)} checked, ${sealed === 1 ? "and it is as it was" : "all as they were"} sealed.${erasure}${news}${last}\n`;
  const rows = problems.map(({ kind, at, entryId, sealHash }) => [kind, at === null ? "" : timeText(at), entryId ?? "", sealHash.slice(0, 12)]);
  const rest = `${entries(sealed)} ${sealed === 1 ? "is as it was" : "are as they were"} sealed.`;
  return `The log does not hold: what is below was changed or is missing. ${rest}${erasure}${news}${last}\n\n${table(["what", "time", "entry", "seal"], rows)}`;
}

const entries = (number: number): string => `${number.toLocaleString("en")} ${number === 1 ? "entry" : "entries"}`;
