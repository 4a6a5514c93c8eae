import { dayMs, idsSince, type Log } from "../platform/index.ts";
import { deleteBackup, findSummaryOrForeign, listFolders } from "./backup-files.ts";

/** What was not finished for so long never will be: its job failed, or somebody dropped it. */
const unfinishedKeptMs = 2 * dayMs;

interface Kept {
  /** How many complete backups stay, the newest. */
  readonly keep: number;
  /** The one that was made just now, which stays in any case. */
  readonly making: string;
  /** Ms since 1970. */
  readonly now: number;
  readonly log: Log;
}

/** Deletes the backups beyond those that are kept, and what was left of unfinished ones. What has a manifest that is none of ours stays. */
export async function dropOldBackups(store: R2Bucket, { keep, making, now, log }: Kept): Promise<void> {
  const unfinishedBefore = idsSince("job", now - unfinishedKeptMs);
  let complete = 0;
  for (const id of await listFolders(store)) {
    const summary = await findSummaryOrForeign(store, id, log);
    if (summary === "foreign") continue;
    const isComplete = summary !== null;
    if (isComplete) complete += 1;
    const isOld = isComplete ? complete > keep : id < unfinishedBefore;
    if (isOld && id !== making) await deleteBackup(store, id);
  }
}
