/** An e-mail, ready to leave. */
export interface MailMessage {
  /** One address. */
  readonly to: string;
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface Mailer {
  /**
   * Hands a message over to whoever delivers it. A provider that knows keys sends one message for each: say the same key again only with the same message.
   * @param idempotencyKey at most 256 characters
   * @throws AppError `unavailable`, `host_unreachable` or `upstream_timeout` when a later try may succeed, else one that is not retryable
   */
  send(message: MailMessage, idempotencyKey: string): Promise<void>;
}
