import { z } from "zod";
import { idPattern } from "../platform/index.ts";

const UserId = z.string().regex(idPattern("user"));
const Email = z.string().max(254);

/**
 * An e-mail that somebody is to get, kept as the input of a job. What it says is found out when it is sent: a link works only once it is on its way,
 * and who asks to reset the password of an address that nobody has waits as long as everybody else.
 */
export const MailRequest = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("invitation"), invitationId: z.string().regex(idPattern("invitation")) }),
  z.object({ kind: z.literal("reset-password"), email: Email }),
  z.object({ kind: z.literal("verify-email"), userId: UserId, email: Email }),
  z.object({ kind: z.literal("password-changed"), userId: UserId }),
  /** To the address that was replaced. */
  z.object({ kind: z.literal("email-changed"), userId: UserId, email: Email }),
  /** What somebody wants to hear by e-mail of an event of a workspace. */
  z.object({
    kind: z.literal("notification"),
    eventId: z.string().regex(idPattern("event")),
    workspaceId: z.string().regex(idPattern("workspace")),
    userId: UserId,
  }),
  /** To an operator: what could not be processed after `since` and until `until`, in ms since 1970. */
  z.object({ kind: z.literal("dead-letter-digest"), userId: UserId, since: z.int(), until: z.int() }),
]);
export type MailRequest = z.infer<typeof MailRequest>;
