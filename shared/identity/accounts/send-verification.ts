import { AppError, commit, type PersonContext } from "../../platform/index.ts";
import { countAttempt } from "../attempts/count-attempt.ts";
import { promised, requireMail } from "../mails/promised-mail.ts";
import { queueMail } from "../mails/queue-mail.ts";
import { recordAccountChange } from "../record-account-change.ts";
import { readAccount } from "./get-me.ts";
import type { MailPromised } from "./schemas.ts";

/** Sends somebody who signed in a link that proves their address. @throws AppError `conflict` when there is nothing to prove or no e-mail can be sent, `rate_limited` */
export async function sendVerification(ctx: PersonContext): Promise<MailPromised> {
  const { email, emailVerified } = await readAccount(ctx.directory, ctx.userId);
  if (emailVerified) throw new AppError("conflict", "Your address is proven already. To prove another one, change your address.");
  requireMail(ctx);
  await countAttempt(ctx, "mailIp", ctx.client.ip);
  await countAttempt(ctx, "memberMailAddress", email);
  const { directory, userId } = ctx;
  const entry = recordAccountChange(ctx, userId, { action: "user.send-verification" });
  await commit(directory, [queueMail(ctx, { kind: "verify-email", userId, email }), entry]);
  return promised("An e-mail with a link is on its way. Open the link to prove that the address is yours.");
}
