import { z } from "zod";
import { Id, ListQuery, listOf, Millis, Text } from "../platform/index.ts";
import { ReportContent } from "./content/content.ts";

const reportStates = ["pending", "ready", "failed"] as const;

/** Why a report could not be made. */
const reportFailures = ["project-gone", "not-made"] as const;
const ReportFailure = z
  .enum(reportFailures)
  .describe("`project-gone`: the project that it is about was deleted before it was made; `not-made`: it could not be made after several tries");
export type ReportFailure = z.infer<typeof ReportFailure>;

const described = {
  id: Id("report"),
  projectId: Id("project").nullable().describe("What it is about; null for all projects"),
  from: Millis.describe("Begin of its time"),
  to: Millis.describe("End of its time, which is no part of it"),
  state: z.enum(reportStates),
  failure: ReportFailure.nullable().describe("Why it could not be made; null for all others"),
  isSent: z.boolean().describe("Whether members and endpoints are told of it"),
  createdBy: Id("user").nullable().describe("Who asked for it, or made the schedule; null for one that a schedule of the installation had made"),
  createdAt: Millis,
  readyAt: Millis.nullable(),
};

export const ReportSummary = z.object(described).meta({ id: "ReportSummary" });
export type ReportSummary = z.infer<typeof ReportSummary>;
export const StakeholderReport = z
  .object({ ...described, content: ReportContent.nullable().describe("What it says, in no language; null until it is ready") })
  .meta({ id: "StakeholderReport" });
export type StakeholderReport = z.infer<typeof StakeholderReport>;
export const ReportList = listOf(ReportSummary).meta({ id: "ReportList" });
export type ReportList = z.infer<typeof ReportList>;

export const CreateReportInput = z
  .strictObject({
    projectId: Id("project").optional().describe("About this project alone; about all when absent"),
    days: z.int().min(1).max(366).default(7).describe("How many days it looks back"),
    send: z.boolean().default(false).describe("Tell members and endpoints once it is ready"),
  })
  .meta({ id: "CreateReportInput" });
export type CreateReportInput = z.infer<typeof CreateReportInput>;

export const ListReportsQuery = ListQuery.extend({ projectId: Id("project").optional().describe("Only those about this project alone") });
export type ListReportsQuery = z.infer<typeof ListReportsQuery>;

/** What is stored in place of the content of a report that could not be made. */
export const StoredFailure = z.object({ failure: ReportFailure });

/** The most characters of the Markdown form: all sites told in full. */
export const ReportMarkdown = Text(2_000_000);
