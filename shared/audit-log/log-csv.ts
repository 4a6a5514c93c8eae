import { csvRow, type Language, printable } from "../platform/index.ts";
import type { LogEntry } from "./schemas.ts";

/** Headings of the columns, in the order of `csvRowOf`. */
export const csvColumns: Readonly<Record<Language, readonly string[]>> = {
  en: [
    "Time (UTC)",
    "Action",
    "Who",
    "Person",
    "Name",
    "E-mail",
    "Session or key",
    "Prefix of the key",
    "Kind of target",
    "Target",
    "Before",
    "After",
    "IP address",
    "Program",
    "Request",
    "Erased",
    "Entry",
  ],
  es: [
    "Fecha y hora (UTC)",
    "Acción",
    "Quién",
    "Persona",
    "Nombre",
    "Correo electrónico",
    "Sesión o clave",
    "Prefijo de la clave",
    "Tipo de objeto",
    "Objeto",
    "Antes",
    "Después",
    "Dirección IP",
    "Programa",
    "Petición",
    "Borrado",
    "Entrada",
  ],
};

/** One entry as a row of a spreadsheet: values as the API has them, before and after as JSON. */
export function csvRowOf({ id, at, action, actor, target, before, after, client, requestId, isErased }: LogEntry): string {
  const who = [actor.kind, actor.user?.id, actor.user?.name, actor.user?.email, actor.id, actor.key?.prefix];
  const what = [target.kind, target.id, jsonOf(before), jsonOf(after)];
  const cells = [timeOf(at), action, ...who, ...what, client?.ip, client?.userAgent, requestId, isErased ? "yes" : "", id];
  return csvRow(cells.map((cell) => printable(cell ?? "")));
}

const jsonOf = (told: LogEntry["before"]): string | null => (told === null ? null : JSON.stringify(told));

/** What somebody spoilt in the database may be no time at all. */
const timeOf = (at: number): string => (Number.isFinite(new Date(at).getTime()) ? new Date(at).toISOString() : String(at));
