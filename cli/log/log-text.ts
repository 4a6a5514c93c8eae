import type { LogEntry, LogVerification } from "../../shared/audit-log/index.ts";
import { table, timeText } from "../table.ts";

/** Entries as a table. */
export function logTable(entries: readonly LogEntry[]): string {
  return table(
    ["time", "who", "action", "target", "from", "request"],
    entries.map((entry) => [timeText(entry.at), whoText(entry.actor), entry.action, entry.target.id, entry.client?.ip ?? "", entry.requestId ?? ""]),
  );
}

function whoText({ kind, id, user }: LogEntry["actor"]): string {
  const person = user === null ? undefined : (user.email ?? user.id);
  if (kind !== "key") return person ?? kind;
  return person === undefined ? `key ${id ?? ""}` : `${person} (key ${id ?? ""})`;
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
  const erasure = erased === 0 ? "" : ` In ${count(erased, "entry", "entries")} of them personal details were erased, as they may be.`;
  const last = sealedAt === null ? "" : ` The newest seal is of ${timeText(sealedAt)}.`;
  const news = unsealed === 0 ? "" : ` ${count(unsealed, "entry is", "entries are")} too new to be sealed.`;
  const found = `${count(sealed, "entry is", "entries are")} as sealed.${erasure}${news}${last}\n`;
  if (holds) return `The log holds: ${found}`;
  const rows = problems.map(({ kind, at, entryId, sealHash }) => [kind, at === null ? "" : timeText(at), entryId ?? "", sealHash.slice(0, 12)]);
  return `The log does not hold. ${found}\n${table(["what", "time", "entry", "seal"], rows)}`;
}

const count = (number: number, one: string, several: string): string => `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
