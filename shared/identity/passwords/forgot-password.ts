import { commit, type VisitorContext } from "../../platform/index.ts";
import type { ForgotPasswordInput, MailPromised } from "../accounts/schemas.ts";
import { countAttempt } from "../attempts/count-attempt.ts";
import { promised, requireMail } from "../mails/promised-mail.ts";
import { queueMail } from "../mails/queue-mail.ts";

/**
 * Sends whoever has an address a link to set a new password. Nobody learns whether anybody has it: all that is done here is to store a job, and
 * who the address belongs to is looked up when that runs.
 * @throws AppError `conflict` when no e-mail can be sent at all, `rate_limited`
 */
export async function forgotPassword(ctx: VisitorContext, { email }: ForgotPasswordInput): Promise<MailPromised> {
  requireMail(ctx);
  await countAttempt(ctx, "mailIp", ctx.client.ip);
  await countAttempt(ctx, "mailAddress", email);
  await commit(ctx.directory, [queueMail(ctx, { kind: "reset-password", email })]);
  return promised("If somebody here has this address, an e-mail with a link to set a new password is on its way. The link works once.");
}
