import { AppError, type EgressPolicy, type MailSettings } from "../platform/index.ts";
import type { Mailer } from "./mailer.ts";
import { createCloudflareMailer, type EmailBinding } from "./transports/cloudflare.ts";
import { harmless } from "./transports/harmless.ts";
import { createMailbox } from "./transports/mailbox.ts";
import { createResendMailer } from "./transports/resend.ts";

interface MailerDeps {
  readonly store: R2Bucket;
  /** The binding `EMAIL`, where there is one. */
  readonly email: EmailBinding | undefined;
  readonly egress: EgressPolicy;
  readonly now: () => number;
}

/** Whatever sends the e-mails of this installation; null when nothing does. */
export function createMailer(settings: MailSettings, deps: MailerDeps): Mailer | null {
  const mailer = transportOf(settings, deps);
  return mailer && { send: async (message, idempotencyKey) => mailer.send(harmless(message), idempotencyKey) };
}

function transportOf(settings: MailSettings, { store, email, egress, now }: MailerDeps): Mailer | null {
  switch (settings.via) {
    case "nothing":
      return null;
    case "mailbox":
      return createMailbox(store, now);
    case "resend":
      return createResendMailer(settings, { egress, now });
    case "binding":
      if (email === undefined) throw new AppError("internal", "The binding EMAIL is gone.", { retryable: false });
      return createCloudflareMailer(email, settings.from);
  }
}
