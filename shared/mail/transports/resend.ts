import { AppError, discard, type EgressPolicy, egressFetch, type MailSettings, secondMs } from "../../platform/index.ts";
import type { Mailer, MailMessage } from "../mailer.ts";

type ResendSettings = Extract<MailSettings, { via: "resend" }>;

interface ResendOptions {
  readonly now: () => number;
  readonly egress: EgressPolicy;
  /** Defaults to the one that Resend documents (resend.com/docs/api-reference/emails/send-email). */
  readonly endpoint?: string;
  readonly timeoutMs?: number;
}

/** Answers of the 400s that may be others later: too slow, too busy, too early, or the same key is under way. */
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** The answer holds an id; it is let go of unread. */
const maxAnswerBytes = 64 * 1024;

/** Sends through the API of Resend. What it answers is never repeated: it may quote the message. */
export function createResendMailer({ from, apiKey }: ResendSettings, options: ResendOptions): Mailer {
  const { now, egress, endpoint = "https://api.resend.com/emails", timeoutMs = 10 * secondMs } = options;
  return {
    async send(message, idempotencyKey) {
      const headers = { Authorization: `Bearer ${apiKey.reveal()}`, "Content-Type": "application/json", "Idempotency-Key": idempotencyKey };
      const answer = await egressFetch(
        endpoint,
        { method: "POST", headers: () => headers, body: bodyOf(from, message), timeoutMs, maxBytes: maxAnswerBytes, maxRedirects: 0 },
        { policy: egress, now },
      );
      discard(answer);
      if (answer.status >= 200 && answer.status < 300) return;
      throw refusal(answer.status);
    },
  };
}

function bodyOf({ name, address }: ResendSettings["from"], { to, subject, text, html }: MailMessage): string {
  return JSON.stringify({ from: name === null ? address : `${quoted(name)} <${address}>`, to: [to], subject, text, html });
}

/** A name as a header takes it (RFC 5322, 3.2.4); the configuration admits none with quotes or backslashes in it. */
const quoted = (name: string) => (/^[\p{L}\p{M}\p{N} '_-]+$/u.test(name) ? name : `"${name}"`);

function refusal(status: number): AppError {
  if (status >= 500 || passing.has(status)) return new AppError("unavailable", `Resend did not take the e-mail for now (HTTP ${status}).`);
  return new AppError("internal", `Resend refused the e-mail (HTTP ${status}). Look at its dashboard, and at RESEND_API_KEY and MAIL_FROM.`, {
    retryable: false,
  });
}
