import { AppError, type VisitorContext } from "../../platform/index.ts";
import type { MailPromised } from "../accounts/schemas.ts";

/**
 * For verbs whose whole effect is an e-mail: nobody is told to look into their mailbox in vain.
 * @throws AppError `conflict` when this installation cannot send any, whoever asks
 */
export function requireMail({ sendsMail }: Pick<VisitorContext, "sendsMail">): void {
  if (!sendsMail)
    throw new AppError("conflict", "This installation cannot send e-mail yet. Ask the people who run it to set that up; docs/deployment.md says how.");
}

export const promised = (message: string): MailPromised => ({ message });
