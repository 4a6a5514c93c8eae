import { loggedUrl } from "../audits/index.ts";
import type { ScheduleRow } from "./stored-schedule.ts";

const told = ["name", "cron", "everyMs", "timeZone", "missed", "overlap", "jitterMs", "untilAt", "targetKind", "targetInput"] as const;
type Told = Partial<Pick<ScheduleRow, (typeof told)[number]>>;

/** What the audit log tells of a schedule, or of what of it changed. It is kept longer than schedules are: the query of an address is left out. */
export function logged(row: Told): Told {
  const shown: Record<string, unknown> = {};
  for (const name of told) if (row[name] !== undefined) shown[name] = row[name];
  return "targetInput" in shown ? { ...shown, targetInput: withoutQuery(row.targetInput) } : shown;
}

function withoutQuery(input: unknown): unknown {
  const isRecord = typeof input === "object" && input !== null;
  return isRecord && "url" in input && typeof input.url === "string" ? { ...input, url: loggedUrl(input.url) } : input;
}
