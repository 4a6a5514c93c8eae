import { AppError, printable } from "../../platform/index.ts";
import type { MailMessage } from "../mailer.ts";

/** RFC 5322, 2.1.1: the longest line of a message, less the room that `Subject: ` and its encoding need. */
const maxSubject = 200;

/** What may stand in the header of a message: one address, without anything that could begin another. */
const oneAddress = /^[^\s\p{Cc}<>()[\],;:"\\@]{1,64}@[^\s\p{Cc}<>()[\],;:"\\@]{1,255}$/u;

/**
 * A message whose subject is one line and whose address is one address, whatever the names in it: a line break would begin another header.
 * @throws AppError `invalid`
 */
export function harmless(message: MailMessage): MailMessage {
  if (!oneAddress.test(message.to)) throw new AppError("invalid", "An e-mail cannot be sent to what is not one address.");
  const subject = printable(message.subject.replace(/[\p{Zl}\p{Zp}]/gu, " "))
    .trim()
    .toWellFormed();
  return { ...message, subject: subject.length > maxSubject ? `${subject.slice(0, maxSubject - 1)}…`.toWellFormed() : subject };
}
