import { createMailer, type EmailBinding, type Mailer } from "../shared/mail/index.ts";
import { configOf, systemClock } from "../shared/platform/index.ts";

interface MailEnv {
  readonly STORE: R2Bucket;
  /** Bound where wrangler.toml says so: an installation need not send through Cloudflare. */
  readonly EMAIL?: EmailBinding;
}

/** Whatever sends the e-mails of this installation; null when nothing does. */
export function mailerOf(env: MailEnv): Mailer | null {
  const { mail, egress } = configOf(env);
  return createMailer(mail, { store: env.STORE, email: env.EMAIL, egress, now: systemClock });
}
