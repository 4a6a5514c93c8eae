export { sumsOf } from "./content/content.ts";
export { createReport } from "./create-report.ts";
export { deleteReport, purgeReportWith, removeReport } from "./delete-report.ts";
export { findToldReport } from "./find-told-report.ts";
export { insertReport } from "./insert-report.ts";
export { failReport, makeReportWith } from "./make-report.ts";
export { type Fonts, fontFiles } from "./pdf/fonts.ts";
export { getReport, getReportMarkdown, getReportPdf, listReports } from "./queries.ts";
export { holdRoom, requireRoom } from "./room.ts";
export {
  CreateReportInput,
  ListReportsQuery,
  ReportList,
  ReportMarkdown,
  ReportSummary,
  StakeholderReport,
} from "./schemas.ts";
export { startReportsWith } from "./start-reports.ts";
export { reportLines } from "./text/report-lines.ts";
