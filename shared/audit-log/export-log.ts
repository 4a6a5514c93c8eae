import { type Database, installationId } from "../db/client.ts";
import { type Context, commit, csvHead, type Language, requirePermission } from "../platform/index.ts";
import { csvColumns, csvRowOf } from "./log-csv.ts";
import { readLog } from "./read-log.ts";
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

interface Source {
  readonly db: Database;
  readonly workspaceId: string;
}

async function exportFrom(ctx: Context, { db, workspaceId }: Source, { format, ...filters }: LogExportQuery, language: Language) {
  await commit(db, [recordChange(ctx, db, { action: "audit-log.export", targetId: workspaceId, workspaceId, after: { format, ...filters } })]);
  return everyEntry(ctx, { db, workspaceId }, filters, formats[format](language));
}

async function* everyEntry(
  { directory }: Context,
  source: Source,
  filters: Omit<LogExportQuery, "format">,
  { head, line }: Format,
): AsyncGenerator<string, void> {
  if (head !== "") yield head;
  for (let before: number | undefined; ; ) {
    const { entries, next } = await readLog({ ...source, directory }, filters, { before, limit: entriesPerRead });
    if (entries.length > 0) yield entries.map(line).join("");
    if (next === undefined) return;
    before = next;
  }
}
