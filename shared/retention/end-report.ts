import { AppError, commit, type DueJob } from "../platform/index.ts";
import { removeReport } from "../reports/index.ts";
import type { EndDeps, Thing } from "./kept/kept.ts";

/** Deletes a report; its files follow in the background, by the job that is in `dueJobs` then. One that is gone already stays so. */
export async function endReport({ now, dueJobs }: Pick<EndDeps, "now" | "dueJobs">, { db, id, workspaceId }: Thing): Promise<true> {
  const due: DueJob[] = [];
  try {
    await commit(db, removeReport({ db, workspaceId, now, dueJobs: due }, id));
    dueJobs.push(...due);
  } catch (cause) {
    // Somebody deleted it at the same time.
    if (!(cause instanceof AppError && cause.code === "conflict")) throw cause;
  }
  return true;
}
