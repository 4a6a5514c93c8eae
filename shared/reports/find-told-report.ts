import type { Database } from "../db/client.ts";
import { findRow, toldOf } from "./stored-report.ts";
import type { Told } from "./text/tell.ts";

/** What a report tells, for whoever tells others of it; null for one that is not ready, or deleted. */
export async function findToldReport(db: Database, workspaceId: string, id: string): Promise<Told | null> {
  const row = await findRow(db, workspaceId, id);
  return row && toldOf(row);
}
