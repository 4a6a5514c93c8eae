import type { z } from "zod";
import type { Language } from "../shared/platform/index.ts";
import { type CreateReportInput, type ListReportsQuery, ReportList, ReportSummary, StakeholderReport } from "../shared/reports/index.ts";
import { type Connection, everyItem, pathOf, queryOf } from "./connection.ts";

/** Reports of what got better and worse, for people who want no details. */
export interface ReportCalls {
  /** Has a report made; it is accepted, not ready, when this resolves. */
  createReport(input?: z.input<typeof CreateReportInput>): Promise<ReportSummary>;
  /** Newest first; asked for page by page while they are read. */
  listReports(which?: Partial<Pick<ListReportsQuery, "projectId">>, signal?: AbortSignal): AsyncGenerator<ReportSummary, void>;
  getReport(id: string, signal?: AbortSignal): Promise<StakeholderReport>;
  deleteReport(id: string): Promise<void>;
  /** The bytes of the PDF as they come. Rejects with the code `conflict` while the report is not ready. */
  getReportPdf(id: string, language: Language, signal?: AbortSignal): AsyncGenerator<Uint8Array, void>;
  /** Rejects with the code `conflict` while the report is not ready. */
  getReportMarkdown(id: string, language: Language, signal?: AbortSignal): Promise<string>;
}

export function reportCalls({ request, get, bytes, create, sendOnly }: Connection): ReportCalls {
  return {
    createReport: (input = {}) => create(ReportSummary, "/reports", input),
    listReports: ({ projectId } = {}, signal) => everyItem((cursor) => get(ReportList, `/reports${queryOf({ limit: 100, projectId, cursor })}`, signal)),
    getReport: (id, signal) => get(StakeholderReport, pathOf`/reports/${id}`, signal),
    deleteReport: (id) => sendOnly("DELETE", pathOf`/reports/${id}`),
    getReportPdf: (id, lang, signal) => bytes(`${pathOf`/reports/${id}`}/report.pdf${queryOf({ lang })}`, signal),
    getReportMarkdown: async (id, lang, signal) =>
      (await request(`${pathOf`/reports/${id}`}/report.md${queryOf({ lang })}`, signal === undefined ? {} : { signal })).text(),
  };
}
