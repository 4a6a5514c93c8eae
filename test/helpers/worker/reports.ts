import { env } from "cloudflare:workers";
import { directoryDatabase } from "../../../shared/db/client.ts";
import { reports } from "../../../shared/db/schema/index.ts";
import { dayMs, newId } from "../../../shared/platform/index.ts";
import type { SeededWorkspace } from "./api.ts";

type Row = typeof reports.$inferInsert;

/** A report of a workspace without projects that is ready, with something in place of its PDFs, unless told otherwise. */
export async function seedReport({ id: workspaceId, userId }: SeededWorkspace, values: Partial<Row> = {}): Promise<string> {
  const id = newId("report");
  const now = Date.now();
  const content = { projects: [], projectsLeftOut: 0, sitesLeftOut: 0 };
  const ready = { state: "ready", content, isSent: false, createdBy: userId, createdAt: now, readyAt: now } as const;
  await directoryDatabase(env)
    .insert(reports)
    .values({ id, workspaceId, fromAt: now - 7 * dayMs, toAt: now, ...ready, ...values });
  for (const language of ["en", "es"]) await env.STORE.put(`${workspaceId}/reports/${id}/${language}.pdf`, `%PDF-1.7 ${language}`);
  return id;
}
