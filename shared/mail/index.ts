export { createMailer } from "./create-mailer.ts";
export { MailRequest } from "./mail-request.ts";
export type { Mailer, MailMessage } from "./mailer.ts";
export { composeMail } from "./templates/compose-mail.ts";
export type { MailContent, MailLink, MailReader } from "./templates/content.ts";
export { roleNames } from "./templates/words.ts";
export type { EmailBinding } from "./transports/cloudflare.ts";
export { eraseMails, findInMailbox, listMailbox, type StoredMail } from "./transports/mailbox.ts";
