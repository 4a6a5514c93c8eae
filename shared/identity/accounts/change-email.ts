import { commit, type PersonContext } from "../../platform/index.ts";
import { countAttempt } from "../attempts/count-attempt.ts";
import { promised, requireMail } from "../mails/promised-mail.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { confirmPassword } from "../passwords/confirm-password.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { callOffVerification } from "./call-off-verification.ts";
import type { ChangeEmailInput, MailPromised } from "./schemas.ts";

/**
 * Sends a link to the address that somebody wants to have; nothing changes until it is opened. Of several addresses asked for, the last one counts,
 * so asking for one's present address calls a change off. The answer does not say whether another account has the address.
 * @throws AppError `invalid` for a wrong password, `conflict` when no e-mail can be sent, `rate_limited`
 */
export async function changeEmail(ctx: PersonContext, { email, password }: ChangeEmailInput): Promise<MailPromised> {
  requireMail(ctx);
  const user = await confirmPassword(ctx, password, "body.password");
  await countAttempt(ctx, "mailIp", ctx.client.ip);
  await countAttempt(ctx, "memberMailAddress", email);
  await commit(ctx.directory, [
    ...callOffVerification(ctx, user.id),
    queueMail(ctx, { kind: "verify-email", userId: user.id, email }),
    recordAccountChange(ctx, user.id, { action: "user.change-email", after: { emailAskedFor: email } }),
  ]);
  return promised("An e-mail with a link is on its way to the new address. Your address stays as it is until the link is opened.");
}
