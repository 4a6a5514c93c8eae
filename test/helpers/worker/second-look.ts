import { env } from "cloudflare:workers";
import { and, eq } from "drizzle-orm";
import { publishAudit } from "../../../shared/audits/crawl/project.ts";
import type { Suspicion } from "../../../shared/audits/regression/schemas.ts";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { audits, events, findings } from "../../../shared/db/schema/index.ts";
import { newId } from "../../../shared/platform/index.ts";
import type { SeededWorkspace } from "./api.ts";

/** Where audits of these helpers start. */
export const auditedUrl = "https://shop.example/";

const db = directoryDatabase(env);

/** Options as an audit of an older release has them. */
export const storedOptions = { maxPages: 100, maxDepth: 4, include: [], exclude: [], rate: 3, userAgent: "Checker/1", respectRobots: true, headerNames: [] };

type Tallies = Readonly<Record<string, { readonly checked: number; readonly failing: number }>>;

/** What an audit found: a rule on pages, by path; null for the site itself. */
interface Found {
  readonly ruleId: string;
  readonly path: string | null;
  readonly severity?: "error" | "warning" | "info";
  readonly evidence?: readonly string[];
  readonly fingerprint?: string;
}

/** Findings of an audit, as its crawl writes them. */
export async function seedFindings(workspaceId: string, auditId: string, found: readonly Found[]): Promise<void> {
  for (const [ordinal, { ruleId, path, severity = "error", evidence = [], fingerprint = "" }] of found.entries()) {
    const pageUrl = path === null ? null : new URL(path, auditedUrl).href;
    const said = {
      ruleId,
      ruleVersion: 1,
      category: "content",
      severity,
      pageUrl,
      values: {},
      evidence: [...evidence],
      evidenceTotal: evidence.length,
      fingerprint,
    };
    await db.insert(findings).values({ ...said, auditId, ordinal, id: newId("finding"), workspaceId });
  }
}

/** An audit that found this, and is published at `now`, ms since 1970. */
export async function seedPublished(
  own: SeededWorkspace,
  now: number,
  { tallies, found = [], of = {} }: { tallies: Tallies; found?: readonly Found[]; of?: Partial<typeof audits.$inferInsert> },
): Promise<string> {
  const id = newId("audit", now);
  const row = { id, workspaceId: own.id, createdBy: own.userId, url: auditedUrl, status: "running", options: storedOptions, createdAt: now, ...of } as const;
  await db.insert(audits).values(row);
  await seedFindings(own.id, id, found);
  await publishAudit({ db, auditId: id, workspaceId: own.id, now: () => now, outbox: [] }, tallies);
  return id;
}

/** The second look at an audit; undefined when there is none. */
export const findSecondLook = async (auditId: string) => (await db.select().from(audits).where(eq(audits.confirmsId, auditId)))[0];

/** A second look that was crawled, and is still to be published. */
export async function seedSecondLook(own: SeededWorkspace, confirmsId: string, suspicion: Suspicion): Promise<string> {
  const id = newId("audit");
  const row = { id, workspaceId: own.id, createdBy: own.userId, url: auditedUrl, status: "running", createdAt: 1, startedAt: 1 } as const;
  await db.insert(audits).values({ ...row, options: { ...storedOptions, only: [] }, confirmsId, regression: suspicion });
  return id;
}

/** What was recorded of that type in a workspace. */
export async function recordedOf(workspaceId: string, type: string): Promise<unknown[]> {
  const rows = await db
    .select()
    .from(events)
    .where(and(eq(events.workspaceId, workspaceId), eq(events.type, type)));
  return rows.map(({ data }) => data);
}
