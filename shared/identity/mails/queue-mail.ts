import { installationId } from "../../db/client.ts";
import { insertJob } from "../../jobs/index.ts";
import type { MailRequest } from "../../mail/index.ts";
import { newId, type Statement, type VisitorContext } from "../../platform/index.ts";

/** The statement that accepts an e-mail; it belongs in the batch of the change that it tells of. */
export function queueMail(ctx: VisitorContext, mail: MailRequest): Statement {
  const { directory: db, now, dueJobs } = ctx;
  return insertJob({ db, workspaceId: installationId, now, dueJobs }, { id: newId("job", now()), type: "mail.send", input: mail });
}
