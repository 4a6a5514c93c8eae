import { sql } from "drizzle-orm";
import { expireAudit, purgePages } from "../../audits/index.ts";
import { auditPages, audits, reports } from "../../db/schema/index.ts";
import { endReport } from "../end-report.ts";
import type { KeptByWorkspace } from "./kept.ts";

const hasEnded = sql`${audits.status} in ('completed', 'failed', 'cancelled') and ${audits.deletedAt} is null`;
const hasPages = sql`(${audits.factsPurgedAt} is null or exists (select 1 from ${auditPages} where ${auditPages.auditId} = ${audits.id}))`;
const whose = { id: audits.id, workspaceId: audits.workspaceId };

/** What audits found, and reports of it: as long as people of the workspace say. */
export const results: readonly KeptByWorkspace[] = [
  {
    name: "audits",
    what: "Audits with everything that they found",
    from: "their end",
    setting: "auditRetentionDays",
    table: audits,
    since: sql`iif(${hasEnded}, ${audits.finishedAt}, null)`,
    whose,
    end: expireAudit,
  },
  {
    name: "pages",
    what: "What audits know of each page, counted by audit; scores, findings and what they are compared by stay",
    from: "the audit's end",
    setting: "pageRetentionDays",
    table: audits,
    since: sql`iif(${hasEnded} and ${hasPages}, ${audits.finishedAt}, null)`,
    whose,
    end: purgePages,
  },
  {
    name: "reports",
    what: "Reports of what got better and worse, with their files",
    from: "they were asked for",
    setting: "reportRetentionDays",
    table: reports,
    since: sql`${reports.createdAt}`,
    whose: { id: reports.id, workspaceId: reports.workspaceId },
    end: endReport,
  },
];
