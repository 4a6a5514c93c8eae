import { insertJob } from "../../jobs/index.ts";
import { newId } from "../../platform/index.ts";
import type { Start } from "./start.ts";

/** Has operators told by e-mail what could not be processed since the last time. */
export const startDeadLetterDigest: Start<"dead-letter-digest"> = async ({ db, workspaceId, now, dueJobs }) => {
  const id = newId("job", now());
  return { startedId: id, statements: [insertJob({ db, workspaceId, now, dueJobs }, { id, type: "dead-letters.digest", input: {} })] };
};
