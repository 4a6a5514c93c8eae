import { type LogEntry, LogEntryList, type LogExportQuery, type LogFilters, LogVerification } from "../shared/audit-log/index.ts";
import type { Language } from "../shared/platform/index.ts";
import { type Connection, everyItem, queryOf } from "./connection.ts";

type Filters = { readonly [Name in keyof LogFilters]?: LogFilters[Name] };

/** The log of a workspace, or of what belongs to none. */
export interface LogReader {
  /** What was done, newest first; asked for page by page while it is read. */
  list(filters?: Filters, signal?: AbortSignal): AsyncGenerator<LogEntry, void>;
  /** Looks whether everything is as it was sealed, part by part; one answer for each part. */
  verify(signal?: AbortSignal): AsyncGenerator<LogVerification, void>;
  /** All entries as text in UTF-8, which comes while the server reads them; that it was asked for is an entry too. Titles of a CSV file are in the language. */
  export(format: LogExportQuery["format"], options?: Filters & { readonly language?: Language }, signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
}

/** Who did what: in the workspace, and, for operators, in the installation outside any workspace. */
export interface LogCalls {
  readonly auditLog: LogReader;
  readonly installationLog: LogReader;
}

export function logCalls(connection: Connection): LogCalls {
  return { auditLog: readerOf(connection, "/audit-log"), installationLog: readerOf(connection, "/admin/audit-log") };
}

function readerOf({ get, bytes }: Connection, path: string): LogReader {
  return {
    list: (filters = {}, signal) => everyItem((cursor) => get(LogEntryList, `${path}${queryOf({ limit: 100, ...filters, cursor })}`, signal)),
    async *verify(signal) {
      let cursor: string | undefined;
      do {
        const part: LogVerification = await get(LogVerification, `${path}/verify${queryOf({ cursor })}`, signal);
        yield part;
        cursor = part.nextCursor;
      } while (cursor !== undefined);
    },
    export: (format, { language, ...filters } = {}, signal) => bytes(`${path}/export${queryOf({ format, lang: language, ...filters })}`, signal),
  };
}
