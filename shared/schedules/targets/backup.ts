import { insertJob } from "../../jobs/index.ts";
import { newId } from "../../platform/index.ts";
import type { Start } from "./start.ts";

/** Has the database copied into the bucket. */
export const startBackup: Start<"backup"> = async ({ db, workspaceId, now, dueJobs }, { keep }) => {
  const id = newId("job", now());
  return { startedId: id, statements: [insertJob({ db, workspaceId, now, dueJobs }, { id, type: "backup.make", input: { keep } })] };
};
