import { AppError, type MailSender } from "../../platform/index.ts";
import type { Mailer, MailMessage } from "../mailer.ts";

/** The binding `send_email` of Cloudflare, as far as it is used here (developers.cloudflare.com/email-service/api/send-emails/workers-api). */
export interface EmailBinding {
  send(message: MailMessage & { readonly from: string | { readonly name: string; readonly email: string } }): Promise<unknown>;
}

/** Codes, from the page named above, of what no later try changes; all others, and errors without one, may pass. */
const lasting: ReadonlySet<string> = new Set([
  "E_VALIDATION_ERROR",
  "E_FIELD_MISSING",
  "E_CONTENT_TOO_LARGE",
  "E_SENDER_NOT_VERIFIED",
  "E_SENDER_DOMAIN_NOT_AVAILABLE",
  "E_RECIPIENT_NOT_ALLOWED",
  "E_RECIPIENT_SUPPRESSED",
]);

/** Sends through Cloudflare. It knows no idempotency keys: a try whose answer is lost sends again. */
export function createCloudflareMailer(binding: EmailBinding, { name, address }: MailSender): Mailer {
  const from = name === null ? address : { name, email: address };
  return {
    async send({ to, subject, text, html }) {
      try {
        await binding.send({ from, to, subject, text, html });
      } catch (thrown) {
        throw refusal(thrown);
      }
    },
  };
}

/** Tells the code alone, and is no `cause`: the words of the error may quote the message. */
function refusal(thrown: unknown): AppError {
  const code: unknown = typeof thrown === "object" && thrown !== null ? Reflect.get(thrown, "code") : undefined;
  const told = typeof code === "string" && /^E_[A-Z_]{1,60}$/.test(code) ? code : "without a code";
  if (!lasting.has(told)) return new AppError("unavailable", `Cloudflare did not take the e-mail for now (${told}).`);
  return new AppError("internal", `Cloudflare refused the e-mail (${told}). Look at Email Service in its dashboard, and at MAIL_FROM.`, { retryable: false });
}
