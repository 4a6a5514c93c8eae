import { and, eq, isNull } from "drizzle-orm";
import { z } from "zod";
import { Counts, Scores } from "../../audits/index.ts";
import { readTogether } from "../../db/read-together.ts";
import { audits } from "../../db/schema/index.ts";
import { AnyUrl, Count, Id, Millis, Text } from "../../platform/index.ts";
import { entry, type PresentDeps, type Presented } from "./entry.ts";

const ofAudit = { auditId: Id("audit").describe("Id of the audit"), url: AnyUrl.describe("Where the crawl starts") };
const Pages = z
  .strictObject({
    discovered: Count.describe("Addresses of pages that were found"),
    fetched: Count.describe("Pages that answered"),
    failed: Count.describe("Pages that did not"),
  })
  .describe("How far the crawl came");
const StartedAt = Millis.nullable().describe("When the crawl began; null when it never did");
const FinishedAt = Millis.describe("When it came to its end");
const FindingCounts = z.strictObject({
  error: Count.describe("Findings that are errors"),
  warning: Count.describe("Findings that are warnings"),
  info: Count.describe("Findings that only inform"),
}) satisfies z.ZodType<Counts>;
const ReportPath = Text(200).describe("Where the report is, below the address of the installation");

const ofEnded = { ...ofAudit, pages: Pages, startedAt: StartedAt, finishedAt: FinishedAt };

const Status = <T extends string>(status: T) => z.literal(status).describe("How the audit stands");

const Started = z.strictObject({
  ...ofAudit,
  status: Status("running"),
  createdAt: Millis.describe("When it was asked for"),
  startedAt: Millis.describe("When the crawl began"),
});
const Completed = z.strictObject({
  ...ofEnded,
  status: Status("completed"),
  scores: z.strictObject(Scores.shape).describe("Over everything, and by category where there are rules of it"),
  counts: FindingCounts.describe(
    "Findings by severity, one for each rule and page: a rule that ten pages fail counts ten times, where `finding.opened` is one event for all of the site",
  ),
  reportPath: ReportPath,
});
const Failed = z.strictObject({
  ...ofEnded,
  status: Status("failed"),
  reason: Text(100).describe("Why, for programs, such as `start_not_reachable`"),
  message: Text(2_000).describe("Why, for people, in English"),
  reportPath: ReportPath.describe("Where the report of what was found until then is, below the address of the installation"),
});
const Cancelled = z.strictObject({ ...ofEnded, status: Status("cancelled") });

const subjectOf = ({ auditId }: { readonly auditId: string }): string => `audit:${auditId}`;

const exampleOf = { auditId: "aud_01kaq3v8e0000000000000000a", url: "https://shop.example/" };
const endedExample = {
  ...exampleOf,
  pages: { discovered: 64, fetched: 61, failed: 3 },
  startedAt: 1_795_338_001_200,
  finishedAt: 1_795_338_044_800,
};
const reportPathOf = (auditId: string): string => `/api/v1/audits/${auditId}/report.html`;

/** When audits begin and end. */
export const auditEntries = {
  "audit.started": entry("audit.started", {
    version: 1,
    data: Started,
    example: { ...exampleOf, status: "running", createdAt: 1_795_338_000_000, startedAt: 1_795_338_001_200 },
    description: { en: "The crawl of an audit began.", es: "Ha empezado el rastreo de una auditoría." },
    severity: "info",
    subjectOf,
    async present(deps, event): Promise<Presented<z.infer<typeof Started>> | null> {
      const row = await findAudit(deps, event);
      if (row === null) return null;
      const { createdAt, startedAt, url } = row;
      return { data: { ...event.data, url, status: "running", createdAt, startedAt: startedAt ?? createdAt }, origin: originOf(url) };
    },
  }),
  "audit.completed": entry("audit.completed", {
    version: 1,
    data: Completed,
    example: {
      ...endedExample,
      status: "completed",
      scores: { overall: 87, indexability: 96, content: 74, links: 88 },
      counts: { error: 4, warning: 23, info: 11 },
      reportPath: reportPathOf(exampleOf.auditId),
    },
    description: {
      en: "An audit came to its end: everything was crawled and judged, and there are scores.",
      es: "Una auditoría ha llegado a su fin: todo se ha rastreado y valorado, y hay puntuaciones.",
    },
    severity: "info",
    subjectOf,
    async present(deps, event): Promise<Presented<z.infer<typeof Completed>> | null> {
      const row = await findAudit(deps, event);
      if (row === null) return null;
      const [scores, counts] = [Scores.parse(row.scores), Counts.parse(row.counts ?? { error: 0, warning: 0, info: 0 })];
      return { data: { ...endOf(row), status: "completed", scores, counts, reportPath: reportPathOf(row.id) }, origin: originOf(row.url) };
    },
  }),
  "audit.failed": entry("audit.failed", {
    version: 1,
    data: Failed,
    example: {
      ...endedExample,
      status: "failed",
      pages: { discovered: 1, fetched: 0, failed: 1 },
      reason: "start_not_reachable",
      message: "The start page could not be fetched. It did not answer within 15 seconds.",
      reportPath: reportPathOf(exampleOf.auditId),
    },
    description: {
      en: "An audit could not be brought to its end, as when the site does not answer.",
      es: "Una auditoría no se pudo llevar a su fin, por ejemplo porque el sitio no responde.",
    },
    severity: "error",
    subjectOf,
    async present(deps, event): Promise<Presented<z.infer<typeof Failed>> | null> {
      const row = await findAudit(deps, event);
      if (row === null) return null;
      const { reason } = event.data;
      return {
        data: { ...endOf(row), status: "failed", reason, message: row.errorMessage ?? "", reportPath: reportPathOf(row.id) },
        origin: originOf(row.url),
      };
    },
  }),
  "audit.cancelled": entry("audit.cancelled", {
    version: 1,
    data: Cancelled,
    example: { ...endedExample, status: "cancelled" },
    description: { en: "Somebody cancelled an audit that was under way.", es: "Alguien ha cancelado una auditoría que estaba en marcha." },
    severity: "info",
    subjectOf,
    async present(deps, event): Promise<Presented<z.infer<typeof Cancelled>> | null> {
      const row = await findAudit(deps, event);
      return row && { data: { ...endOf(row), status: "cancelled" }, origin: originOf(row.url) };
    },
  }),
} as const;

type AuditRow = typeof audits.$inferSelect;

async function findAudit({ db }: PresentDeps, { workspaceId, data }: { readonly workspaceId: string; readonly data: { readonly auditId: string } }) {
  const where = and(eq(audits.id, data.auditId), eq(audits.workspaceId, workspaceId), isNull(audits.deletedAt));
  const [row] = await readTogether(db, db.select().from(audits).where(where));
  return row ?? null;
}

const originOf = (url: string): string => new URL(url).origin;

function endOf({ id: auditId, url, discovered, fetched, failed, startedAt, finishedAt, createdAt }: AuditRow) {
  return { auditId, url, pages: { discovered, fetched, failed }, startedAt, finishedAt: finishedAt ?? createdAt };
}
