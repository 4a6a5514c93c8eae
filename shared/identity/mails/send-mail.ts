import { and, eq } from "drizzle-orm";
import type { Database } from "../../db/client.ts";
import { jobs } from "../../db/schema/index.ts";
import type { JobExecutor } from "../../jobs/index.ts";
import { composeMail, type MailContent, type Mailer } from "../../mail/index.ts";
import { AppError, commit, guarded, type Statement } from "../../platform/index.ts";
import { makeOneTimeToken, type TokenPurpose } from "../one-time-tokens.ts";
import { type DueMail, type FindNotificationMail, findDueMail, type LinkMail } from "./due-mail.ts";

export interface SendMailDeps {
  /** Null when this installation sends none. */
  readonly mailer: Mailer | null;
  /** Where people reach this installation, without a slash at the end. */
  readonly publicUrl: string;
  readonly now: () => number;
  readonly findNotificationMail: FindNotificationMail;
}

/** Where a link leads, for each purpose. Its token follows as the fragment, which browsers send to no server and so into no log. */
const pages: Readonly<Record<TokenPurpose, string>> = {
  "accept-invitation": "/accept-invitation",
  "reset-password": "/reset-password",
  "verify-email": "/verify-email",
};

/**
 * The executor of `mail.send`: finds out what the e-mail says as things stand now, and sends it. What nobody is to get any more is done without,
 * also when it is called off at this moment, by deleting its job.
 * It may run again after it sent: then a second e-mail with a link of its own leaves, and both links work until one is used.
 */
export function sendMailWith(deps: SendMailDeps): JobExecutor<"mail.send"> {
  return async ({ db, jobId, input }) => {
    const { mailer, findNotificationMail } = deps;
    const due = await (input.kind === "notification" ? findNotificationMail(input) : findDueMail(db, input, deps.now()));
    if (due !== null && mailer !== null) await send(due, db, jobId, { ...deps, mailer });
    // A notice can be missed; whoever waits for a link was promised one.
    if (due !== null && mailer === null && "purpose" in due.says) throw new AppError("internal", nothingSends, { retryable: false });
    return { done: true, progress: 1 };
  };
}

const nothingSends = "An e-mail was asked for, and nothing is set up to send it (any more). docs/deployment.md says what that needs.";

async function send({ to, reader, says }: DueMail, db: Database, jobId: string, deps: SendMailDeps & { readonly mailer: Mailer }): Promise<void> {
  const due = "purpose" in says ? await withLink(says, to, db, jobId, deps) : { content: says, key: jobId };
  if (due === null) return;
  const { content, key } = due;
  await deps.mailer.send({ to, ...composeMail(content, reader, deps.publicUrl) }, key);
}

/** Makes the link and stores its hash, before it leaves; null when it was called off. The message is another one each time, and so is its key. */
async function withLink(mail: LinkMail, email: string, db: Database, jobId: string, deps: SendMailDeps): Promise<{ content: MailContent; key: string } | null> {
  const { purpose, subjectId, until } = mail;
  const at = deps.now();
  const { token, statement } = await makeOneTimeToken({ directory: db, now: () => at }, { purpose, subjectId, email, lifeMs: until - at });
  try {
    await commit(db, [...guarded(db, touchJob(db, jobId, at)), statement]);
  } catch (error) {
    if (error instanceof AppError && error.code === "conflict") return null;
    throw error;
  }
  const link = { url: `${deps.publicUrl}${pages[purpose]}#token=${token}`, code: token, until };
  return { content: mail.with(link), key: `${jobId}-${crypto.randomUUID()}` };
}

/** Matches no row once the job was deleted. */
function touchJob(db: Database, jobId: string, at: number): Statement {
  return db
    .update(jobs)
    .set({ updatedAt: at })
    .where(and(eq(jobs.id, jobId), eq(jobs.state, "running")));
}
