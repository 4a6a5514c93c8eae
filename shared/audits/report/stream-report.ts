import type { Context, Language } from "../../platform/index.ts";
import { getAudit } from "../queries.ts";
import type { Audit } from "../schemas.ts";
import { csv } from "./csv.ts";
import { everyFinding } from "./every-finding.ts";
import { getReport } from "./get-report.ts";
import { sarif } from "./sarif.ts";

/** A report whose length nothing bounds: `text` is made while it is read, and can fail on the way. */
export interface StreamedReport {
  readonly audit: Audit;
  readonly text: AsyncGenerator<string, void>;
}

/** All findings of an audit as CSV. Throws `forbidden` and `not_found` before anything is written. */
export async function getReportCsv(ctx: Context, auditId: string, language: Language): Promise<StreamedReport> {
  const audit = await getAudit(ctx, auditId);
  return { audit, text: csv(everyFinding(ctx, auditId, language), language) };
}

/** The worst findings of an audit as SARIF 2.1.0. Throws as `getReportCsv` does. */
export async function getReportSarif(ctx: Context, auditId: string, language: Language): Promise<StreamedReport> {
  const report = await getReport(ctx, auditId, language);
  return { audit: report.audit, text: sarif(report, everyFinding(ctx, auditId, language)) };
}
