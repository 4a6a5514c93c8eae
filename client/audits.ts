import type { z } from "zod";
import {
  Audit,
  AuditDiff,
  AuditList,
  type CreateAuditInput,
  DiffFindingList,
  type DiffFindingsQuery,
  type Finding,
  FindingList,
  type ListAuditsQuery,
  Report,
  type RerunAuditInput,
} from "../shared/audits/index.ts";
import type { Language } from "../shared/platform/index.ts";
import { type AuditEvent, watchAudit } from "./audit-events.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

type TextFormat = "html" | "md" | "csv" | "sarif" | "junit";

/** Unlike `Response.text`, it keeps a byte order mark. */
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

type DiffFilter = { readonly [Name in "base" | "state" | "rule"]?: DiffFindingsQuery[Name] };
type DiffFinding = DiffFindingList["items"][number];

export interface AuditCalls {
  /** Starts an audit; it is accepted, not finished, when this resolves. */
  createAudit(input: z.input<typeof CreateAuditInput>): Promise<Audit>;
  /** Starts an audit with the address and the options of one that has ended; give the request headers again when that one had any. */
  rerunAudit(id: string, input?: z.input<typeof RerunAuditInput>): Promise<Audit>;
  getAudit(id: string): Promise<Audit>;
  /** Newest first; asked for page by page while they are read. */
  listAudits(filter?: Partial<Pick<ListAuditsQuery, "status">>, signal?: AbortSignal): AsyncGenerator<AuditList["items"][number], void>;
  /** Rejects with the code `conflict` when the audit has ended already. */
  cancelAudit(id: string): Promise<Audit>;
  report(id: string, format: "json", language: Language, signal?: AbortSignal): Promise<Report>;
  /** The text of a report; of `csv` with the byte order mark that the API sends, for a file that spreadsheets open. */
  report(id: string, format: TextFormat, language: Language, signal?: AbortSignal): Promise<string>;
  /** What changed since another audit of the same site: the last one before of the same address unless said otherwise. */
  diff(id: string, base?: string, signal?: AbortSignal): Promise<AuditDiff>;
  /** The findings of both, each with what became of it; asked for page by page while they are read. */
  diffFindings(id: string, filter: DiffFilter, language: Language, signal?: AbortSignal): AsyncGenerator<DiffFinding, void>;
  /** All findings, in the order in which they were made; asked for page by page while they are read. */
  findings(id: string, language: Language, signal?: AbortSignal): AsyncGenerator<Finding, void>;
  /** Progress as it changes, then `done` with the audit. Connects again when the stream breaks off. */
  auditEvents(id: string, signal?: AbortSignal): AsyncGenerator<AuditEvent, void>;
}

export function auditCalls({ request, get, send, create }: Connection): AuditCalls {
  function report(id: string, format: "json", language: Language, signal?: AbortSignal): Promise<Report>;
  function report(id: string, format: TextFormat, language: Language, signal?: AbortSignal): Promise<string>;
  async function report(id: string, format: "json" | TextFormat, language: Language, signal?: AbortSignal): Promise<Report | string> {
    const path = `${pathOf`/audits/${id}`}/report.${format === "junit" ? "junit.xml" : format}${queryOf({ lang: language })}`;
    if (format === "json") return get(Report, path, signal);
    return decoder.decode(await (await request(path, signal === undefined ? {} : { signal })).arrayBuffer());
  }

  return {
    createAudit: (input) => create(Audit, "/audits", input),
    rerunAudit: (id, input = {}) => create(Audit, pathOf`/audits/${id}/rerun`, input),
    getAudit: (id) => get(Audit, pathOf`/audits/${id}`),
    listAudits: (filter = {}, signal) => everyItem((cursor) => get(AuditList, `/audits${queryOf({ limit: 100, ...filter, cursor })}`, signal)),
    cancelAudit: (id) => send(Audit, "POST", pathOf`/audits/${id}/cancel`),
    report,
    diff: (id, base, signal) => get(AuditDiff, `${pathOf`/audits/${id}/diff`}${queryOf({ base })}`, signal),
    diffFindings: (id, filter, lang, signal) =>
      everyItem((cursor) => get(DiffFindingList, `${pathOf`/audits/${id}/diff/findings`}${queryOf({ limit: 100, ...filter, lang, cursor })}`, signal)),
    findings: (id, lang, signal) =>
      everyItem((cursor) => get(FindingList, `${pathOf`/audits/${id}/findings`}${queryOf({ limit: 100, lang, cursor })}`, signal)),
    auditEvents: (id, signal) => watchAudit((init) => request(pathOf`/audits/${id}/events`, init), signal),
  };
}
