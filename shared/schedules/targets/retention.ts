import { installationId } from "../../db/client.ts";
import { insertJob } from "../../jobs/index.ts";
import { newId } from "../../platform/index.ts";
import type { Start } from "./start.ts";

/** Has deleted what is kept long enough. */
export const startRetention: Start<"retention"> = async ({ directory: db, now, dueJobs }) => {
  const startedId = newId("job", now());
  return {
    startedId,
    statements: [insertJob({ db, workspaceId: installationId, now, dueJobs }, { id: startedId, type: "retention.clean", input: { dryRun: false } })],
  };
};
