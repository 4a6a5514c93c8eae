import { eq, sql } from "drizzle-orm";
import { recordWish } from "../../audit-log/index.ts";
import { users } from "../../db/schema/index.ts";
import { commit, type Statement, type VisitorContext } from "../../platform/index.ts";
import type { ForgotPasswordInput, MailPromised } from "../accounts/schemas.ts";
import { countAttempt } from "../attempts/count-attempt.ts";
import { promised, requireMail } from "../mails/promised-mail.ts";
import { queueMail } from "../mails/queue-mail.ts";

/**
 * Sends whoever has an address a link to set a new password. Nobody learns whether anybody has it: all that is done here is to store a job and an
 * entry of the log, by the same statements for every address; who gets the e-mail is looked up when the job runs.
 * @throws AppError `conflict` when no e-mail can be sent at all, `rate_limited`
 */
export async function forgotPassword(ctx: VisitorContext, { email }: ForgotPasswordInput): Promise<MailPromised> {
  requireMail(ctx);
  await countAttempt(ctx, "mailIp", ctx.client.ip);
  await countAttempt(ctx, "mailAddress", email);
  await commit(ctx.directory, [queueMail(ctx, { kind: "reset-password", email }), tellOf(ctx, email)]);
  return promised("If somebody here has this address, an e-mail with a link to set a new password is on its way. The link works once.");
}

/**
 * Whose password it is about, the database finds out as it writes the entry, which it writes for an address that nobody has as well. The address
 * itself is not kept: anybody may type in anybody's, and the log is kept for long.
 */
function tellOf(ctx: VisitorContext, email: string): Statement {
  const { directory: db } = ctx;
  const owner = db.select({ id: users.id }).from(users).where(eq(users.email, email));
  return recordWish(ctx, db, { action: "user.forgot-password", person: sql`${owner}` });
}
