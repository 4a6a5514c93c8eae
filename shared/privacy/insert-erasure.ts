import { installationId } from "../db/client.ts";
import { insertJob, type JobInput } from "../jobs/index.ts";
import { hourMs, newId, type Statement, type VisitorContext } from "../platform/index.ts";

type Erasure =
  | { readonly type: "person.erase"; readonly input: JobInput<"person.erase"> }
  | { readonly type: "workspace.erase"; readonly input: JobInput<"workspace.erase"> };

/** Longer than any request, message or write of a limiter that was under way takes to arrive. */
export const secondAfterMs = hourMs;

/**
 * The statements that ask for an erasure; they belong in the batch that ends what is to be erased. It is done at once, and once more an hour later:
 * what was under way meanwhile may have left something behind. The jobs are the installation's, since the workspace's own go with it.
 */
export function insertErasure(ctx: VisitorContext, first: Erasure, second: Erasure = first): Statement[] {
  const { directory: db, now, dueJobs } = ctx;
  const asker = { db, workspaceId: installationId, now, dueJobs };
  return [insertJob(asker, { id: newId("job", now()), ...first }), insertJob(asker, { id: newId("job", now()), ...second, dueAt: now() + secondAfterMs })];
}
