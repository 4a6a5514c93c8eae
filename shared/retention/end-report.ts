import { AppError, type Clock, commit } from "../platform/index.ts";
import { removeReport } from "../reports/index.ts";
import type { Thing } from "./kept/kept.ts";

/** Deletes a report; its files follow in the background, by a job that those who sweep jobs send. One that is gone already stays so. */
export async function endReport(now: Clock, { db, id, workspaceId }: Thing): Promise<true> {
  try {
    await commit(db, removeReport({ db, workspaceId, now, dueJobs: [] }, id));
  } catch (cause) {
    // Somebody deleted it at the same time.
    if (!(cause instanceof AppError && cause.code === "conflict")) throw cause;
  }
  return true;
}
