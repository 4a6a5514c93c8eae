import { env } from "cloudflare:workers";
import { directoryDatabase, installationId } from "../../../shared/db/client.ts";
import { schedules } from "../../../shared/db/schema/index.ts";
import { dayMs, newId } from "../../../shared/platform/index.ts";
import type { SeededWorkspace } from "./api.ts";
import { scheduleRow } from "./schedules.ts";

type Values = Partial<typeof schedules.$inferInsert>;

/** Stores a schedule of the workspace, which has all of its sites audited once a day, tomorrow the next time, unless told otherwise; returns its id. */
export async function seedSchedule({ id: workspaceId, userId: createdBy }: SeededWorkspace, values: Values = {}): Promise<string> {
  const id = values.id ?? newId("schedule");
  const anchorAt = Date.now();
  const next = anchorAt + dayMs;
  const times = { cron: null, everyMs: dayMs, anchorAt, nextOccurrence: next, nextAt: next, createdAt: anchorAt };
  const target = { targetKind: "site-audits", targetInput: { maxPages: 10 } };
  await directoryDatabase(env)
    .insert(schedules)
    .values({ ...scheduleRow(workspaceId), ...times, ...target, createdBy, ...values, id });
  return id;
}

/** Stores a schedule of the installation, as `seedSchedule` does; each under a name of its own. */
export async function seedInstallationSchedule(values: Values = {}): Promise<string> {
  const id = newId("schedule");
  const target = { targetKind: "every-site-audits", targetInput: { maxPages: 10 } };
  return seedSchedule({ id: installationId, userId: "" }, { builtIn: id, createdBy: null, ...target, ...values, id });
}
