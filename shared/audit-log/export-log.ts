import { max } from "drizzle-orm";
import { installationId } from "../db/client.ts";
import { auditLog } from "../db/schema/index.ts";
import { type Context, commit, csvHead, type Language, requirePermission } from "../platform/index.ts";
import { csvColumns, csvRowOf } from "./log-csv.ts";
import { type LogPlace, readLog } from "./read-log.ts";
import { recordChange } from "./record-change.ts";
import type { LogEntry, LogExportQuery } from "./schemas.ts";

const entriesPerRead = 500;

interface Format {
  readonly head: string;
  readonly line: (entry: LogEntry) => string;
}

const formats: Readonly<Record<LogExportQuery["format"], (language: Language) => Format>> = {
  csv: (language) => ({ head: csvHead(csvColumns[language]), line: csvRowOf }),
  ndjson: () => ({ head: "", line: (entry) => `${JSON.stringify(entry)}\n` }),
};

/**
 * The entries of the workspace's log that fit the filters, newest first, as text that is made while it is read. That somebody took them along is in the
 * log before the first of them leaves.
 */
export async function exportLog(ctx: Context, query: LogExportQuery, language: Language): Promise<AsyncGenerator<string, void>> {
  requirePermission(ctx, "audit-log:read");
  return exportFrom(ctx, ctx, query, language);
}

/** As `exportLog`, for what belongs to no workspace. */
export async function exportInstallationLog(ctx: Context, query: LogExportQuery, language: Language): Promise<AsyncGenerator<string, void>> {
  requirePermission(ctx, "operations:read");
  return exportFrom(ctx, { db: ctx.directory, workspaceId: installationId }, query, language);
}

async function exportFrom(ctx: Context, { db, workspaceId }: Pick<LogPlace, "db" | "workspaceId">, { format, ...filters }: LogExportQuery, language: Language) {
  await commit(db, [recordChange(ctx, db, { action: "audit-log.export", targetId: workspaceId, workspaceId, after: { format, ...filters } })]);
  const [last] = await db.select({ seq: max(auditLog.seq) }).from(auditLog);
  return everyEntry({ db, directory: ctx.directory, workspaceId }, { ...filters, last: last?.seq ?? 0 }, formats[format](language));
}

async function* everyEntry(
  place: LogPlace,
  /** Nothing that was recorded after the entry `last`. */
  { last, ...filters }: Omit<LogExportQuery, "format"> & { readonly last: number },
  { head, line }: Format,
): AsyncGenerator<string, void> {
  if (head !== "") yield head;
  for (let before = last + 1; ; ) {
    const { entries, next } = await readLog(place, filters, { before, limit: entriesPerRead });
    if (entries.length > 0) yield entries.map(line).join("");
    if (next === undefined) return;
    before = next;
  }
}
