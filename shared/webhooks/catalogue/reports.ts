import { z } from "zod";
import { AnyUrl, Count, Id, Millis, Percent, Text } from "../../platform/index.ts";
import { findToldReport, sumsOf } from "../../reports/index.ts";
import { entry, type Presented } from "./entry.ts";

/** Sites in one event; the report itself has all. */
const mostSites = 50;

const Site = z.strictObject({
  projectId: Id("project").describe("Id of the project that it belongs to"),
  origin: AnyUrl.describe("Scheme, host and port of the site"),
  auditId: Id("audit").nullable().describe("Id of the last audit that was completed in the time; null when there was none"),
  score: Percent.nullable().describe("0–100; null without an audit, or when there was nothing to score"),
  change: z.int().min(-100).max(100).nullable().describe("Points that the score rose; null where the scores do not compare"),
  better: Count.describe("Rules that no page fails any more"),
  worse: Count.describe("Rules that pages fail, and none did before"),
});

const ReportReady = z.strictObject({
  reportId: Id("report").describe("Id of the report"),
  projectId: Id("project").nullable().describe("Id of the one project that it is about; null for all"),
  from: Millis.describe("Begin of its time"),
  to: Millis.describe("End of its time, which is no part of it"),
  siteCount: Count.describe("Sites in the report"),
  audited: Count.describe("Sites that were audited in its time"),
  better: Count.describe("Problems that were fixed, on all sites together"),
  worse: Count.describe("Problems that are new, on all sites together"),
  sites: z.array(Site).max(mostSites).describe("The first fifty sites"),
  reportPath: Text(200).describe("Where the PDF is, below the address of the installation"),
});

/** When a report for stakeholders is there. */
export const reportEntries = {
  "report.ready": entry("report.ready", {
    version: 1,
    data: ReportReady,
    example: {
      reportId: "rpt_01kaq3v8e0000000000000000r",
      projectId: null,
      from: 1_794_733_200_000,
      to: 1_795_338_000_000,
      siteCount: 1,
      audited: 1,
      better: 2,
      worse: 1,
      sites: [
        {
          projectId: "prj_01kaq3v8e0000000000000000p",
          origin: "https://shop.example",
          auditId: "aud_01kaq3v8e0000000000000000a",
          score: 87,
          change: 4,
          better: 2,
          worse: 1,
        },
      ],
      reportPath: "/api/v1/reports/rpt_01kaq3v8e0000000000000000r/report.pdf",
    },
    description: {
      en: "A report of what got better and worse on the sites of projects is ready, and whoever asked for it, or its schedule, wants it to be sent.",
      es: "Está listo un informe de lo que ha mejorado y empeorado en los sitios de los proyectos, y quien lo pidió, o su programación, quiere que se envíe.",
    },
    severity: "info",
    subjectOf: ({ reportId }) => `report:${reportId}`,
    async present({ db }, { workspaceId, data: { reportId } }): Promise<Presented<z.infer<typeof ReportReady>> | null> {
      const told = await findToldReport(db, workspaceId, reportId);
      if (told === null) return null;
      const { content, projectId, from, to } = told;
      const { sites: siteCount, audited, better, worse } = sumsOf(content);
      const sites = content.projects.flatMap((project) =>
        project.sites.map(({ origin, now, change, ...changes }) => ({
          projectId: project.projectId,
          origin,
          auditId: now?.auditId ?? null,
          score: now?.score ?? null,
          change,
          better: changes.better.total,
          worse: changes.worse.total,
        })),
      );
      const reportPath = `/api/v1/reports/${reportId}/report.pdf`;
      return { data: { reportId, projectId, from, to, siteCount, audited, better, worse, sites: sites.slice(0, mostSites), reportPath }, origin: null };
    },
  }),
} as const;
